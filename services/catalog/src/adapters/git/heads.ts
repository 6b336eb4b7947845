/** A branch of the remote and the commit at its end. */
export interface RemoteHead {
  readonly branch: string;
  readonly commit: string;
}

const SHA = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

export const isSha = (text: string): boolean => SHA.test(text);

/** What `git check-ref-format --branch` takes, and nothing that could be an option or a pattern. */
export const isBranchName = (name: string): boolean =>
  name !== '' &&
  name.length <= 250 &&
  name !== '@' &&
  !/[\0-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|^[-/]|[/.]$/.test(name) &&
  name.split('/').every((part) => !part.startsWith('.') && !part.endsWith('.lock'));

/** What `git ls-remote --symref` says of one branch, or of the default one. */
export const parseHeads = (listing: string, branch: string | undefined): RemoteHead | undefined => {
  const lines = listing.split('\n').map((line) => line.split('\t'));
  const wanted = branch === undefined ? 'HEAD' : `refs/heads/${branch}`;
  const commit = lines.find(([sha = '', ref]) => ref === wanted && isSha(sha))?.[0];
  const symbolic = lines.find(([target = '', ref]) => ref === 'HEAD' && target.startsWith('ref: refs/heads/'))?.[0];
  const name = branch ?? symbolic?.slice('ref: refs/heads/'.length);
  return commit === undefined || name === undefined ? undefined : { branch: name, commit };
};

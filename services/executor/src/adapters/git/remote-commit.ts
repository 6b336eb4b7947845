import { DEFAULT_RESEND, type Effect, type EffectContext, type Success } from '@pao/executor-sdk';
import { err, ok } from '@pao/kernel';
import { type AttemptMark, type Author, markOf } from './attempt-mark.ts';
import { type Answered, definite, planChanges } from './changes.ts';
import type { GitCommitConfig } from './config.ts';
import { failureOfGit, failureOfPush } from './git-failures.ts';
import {
  createEntryAt,
  fetchBase,
  findMarked,
  makeCommit,
  push,
  readEnds,
  withRepository,
} from './local-repository.ts';
import { type Access, accessTo, type RemoteAddress, type RemoteOptions } from './remote-access.ts';
import type { Git } from './run-git.ts';

export interface RemoteCommitOptions {
  readonly config: GitCommitConfig;
  readonly remote: RemoteAddress;
  readonly remotes: RemoteOptions;
  readonly environment: NodeJS.ProcessEnv;
  readonly author: Author;
}

const MAX_BASES = 4;

/** A repository for one try, and what it has found out. */
interface Try {
  readonly git: Git;
  readonly directory: string;
  readonly access: Access;
  readonly mark: AttemptMark;
  readonly options: RemoteCommitOptions;
}

const success = ({ config, remote }: RemoteCommitOptions, sha: string): Success => {
  const result = { commitSha: sha, url: remote.url, branch: config.branch };
  return { kind: 'ok', result, offered: result, evidence: result, externalRef: sha };
};

/** The base in the repository at hand; undefined sha of the branch: it is begun at the default branch. */
const getBase = async ({ git, options: { remote, config } }: Try): Promise<Answered<string>> => {
  const ends = await readEnds(git, remote.url, config.branch);
  if (ends.branch === undefined && ends.head === undefined) {
    return err(
      definite({ code: 'BRANCH_MISSING', message: `${remote.url} has no branch that the commit could be made on.` }),
    );
  }
  return ok(await fetchBase(git, remote.url, ends.branch === undefined ? 'HEAD' : `refs/heads/${config.branch}`));
};

const pushed = async (one: Try, sha: string): Promise<Answered<Success | 'moved'>> => {
  const { git, options, access } = one;
  const { remote, config } = options;
  try {
    await push(git, remote.url, { sha, branch: config.branch });
    return ok(success(options, sha));
  } catch (error) {
    const failed = failureOfPush(error, remote.url, access.secrets);
    return failed === 'moved' ? ok('moved') : err(failed);
  }
};

/** One base. `moved`: somebody else was faster, and nothing is written. */
const commitOnce = async (one: Try, log: EffectContext['log']): Promise<Answered<Success | 'moved'>> => {
  const { git, directory, mark, options, access } = one;
  const { config, remote } = options;
  const base = await getBase(one);
  if (!base.ok) return base;
  const own = await findMarked(git, mark);
  if (own !== undefined) return ok(success(options, own));
  const changes = await planChanges(config.files, base.value, createEntryAt(git, remote.url, access.secrets));
  if (!changes.ok) return changes;
  if (changes.value.length === 0) {
    log?.('info', `nothing to commit: ${config.branch} holds these files already`);
    return ok(success(options, base.value));
  }
  return pushed(one, await makeCommit(git, directory, { base: base.value, changes: changes.value, mark }));
};

const commit = async (one: Try, log: EffectContext['log']): Promise<Answered<Success>> => {
  for (let bases = 0; bases < MAX_BASES; bases += 1) {
    const done = await commitOnce(one, log);
    if (!done.ok) return done;
    if (done.value !== 'moved') return ok(done.value);
    log?.('info', `${one.options.config.branch} has moved: the commit is made anew`);
  }
  const message = `${one.options.config.branch} moved ${MAX_BASES} times while the commit was made. Nothing was committed.`;
  return err(definite({ code: 'BASE_MOVED', message }));
};

const inTry = async <T>(
  options: RemoteCommitOptions,
  { name, remainingMs }: EffectContext,
  work: (one: Try) => Promise<Answered<T>>,
): Promise<Answered<T>> => {
  const { remote, remotes, environment, config, author } = options;
  const access = await accessTo(remote, remotes);
  if (!access.ok) return err(definite(access.error));
  const mark = markOf(name, config.commitMessage, author);
  const bounds = { access: access.value, timeoutMs: remainingMs, allowFiles: remote.protocol === 'file', environment };
  try {
    return await withRepository(bounds, (git, directory) =>
      work({ git, directory, access: access.value, mark, options }),
    );
  } catch (error) {
    return err(failureOfGit(error, remote.url, access.value.secrets));
  }
};

/** One commit in any git repository: made in an empty place of our own on what the branch is, and pushed without force. */
export const remoteCommitEffect = (options: RemoteCommitOptions): Effect => ({
  target: `git push ${options.remote.url} ${options.config.branch}`,
  resend: DEFAULT_RESEND,
  repeatable: true,
  run: async (context) => {
    const done = await inTry(options, context, (one) => commit(one, context.log));
    return done.ok ? done.value : done.error;
  },
  probe: async (context) => {
    const found = await inTry(options, context, async (one): Promise<Answered<string | undefined>> => {
      const base = await getBase(one);
      return base.ok ? ok(await findMarked(one.git, one.mark)) : base;
    });
    if (!found.ok)
      return { kind: 'inconclusive', note: `The look failed: ${found.error.failure.message}`, again: true };
    if (found.value !== undefined) return { kind: 'found', success: success(options, found.value) };
    const note = `No commit of ${context.name} is among the last of ${options.config.branch}.`;
    return { kind: 'inconclusive', note, again: false };
  },
});

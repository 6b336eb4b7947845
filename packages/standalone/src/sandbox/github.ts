import { isJsonObject, type JsonObject } from '@pao/kernel';
import { pullRoutes } from './github-pulls.ts';
import { runRoutes } from './github-runs.ts';
import type { Commit, GithubStore, TreeChange } from './github-store.ts';
import { type Answer, type Call, jsonBody, plainText } from './http.ts';

export interface Asked {
  readonly store: GithubStore;
  /** `owner/name`. */
  readonly repository: string;
  /** Where people see it. */
  readonly web: string;
  readonly query: URLSearchParams;
  readonly body: JsonObject;
  /** What the pattern's groups matched. */
  readonly parts: readonly string[];
  readonly at: Date;
}

export type Handler = (asked: Asked) => Answer;
export type Route = readonly [method: string, path: RegExp, handler: Handler];

const ROOT = '/github/api/v3/repos/';

export const isGithubPath = (path: string): boolean => path.startsWith('/github/api/v3/');

export const failure = (status: number, message: string): Answer => ({
  status,
  body: { message, status: String(status) },
});

const SOMEBODY = { name: 'Sandbox', email: 'sandbox@sandbox.test' };

/** A repository is there as soon as it is asked for: a file that says so, on `main`. */
const begin = (store: GithubStore, repository: string, at: Date): void => {
  if (store.branch(repository, 'main') !== undefined) return;
  const readme = store.addBlob(Buffer.from(`# ${repository}\n\nA repository of the sandbox: it is nowhere else.\n`));
  const tree = store.addTree([{ name: 'README.md', mode: '100644', type: 'blob', sha: readme }]);
  const author = { ...SOMEBODY, date: at.toISOString() };
  store.moveBranch(repository, 'main', store.addCommit({ tree, parents: [], message: 'Begin', author }));
};

const refShape = (ref: string, sha: string): JsonObject => ({ ref, object: { type: 'commit', sha } });

const getRef: Handler = ({ store, repository, parts: [branch = ''] }) => {
  const sha = store.branch(repository, branch);
  return sha === undefined ? failure(404, 'Not Found') : { status: 200, body: refShape(`refs/heads/${branch}`, sha) };
};

const createRef: Handler = ({ store, repository, body }) => {
  const [branch, sha] = [plainText(body['ref']).replace(/^refs\/heads\//, ''), plainText(body['sha'])];
  if (store.branch(repository, branch) !== undefined) return failure(422, 'Reference already exists');
  if (store.commit(sha) === undefined) return failure(422, 'Object does not exist');
  store.moveBranch(repository, branch, sha);
  return { status: 201, body: refShape(`refs/heads/${branch}`, sha) };
};

const updateRef: Handler = ({ store, repository, body, parts: [branch = ''] }) => {
  const [before, sha] = [store.branch(repository, branch), plainText(body['sha'])];
  if (before === undefined) return failure(422, 'Reference does not exist');
  const follows = store.history(sha, 1_000).some(([known]) => known === before);
  if (!follows) return failure(422, 'Update is not a fast forward');
  store.moveBranch(repository, branch, sha);
  return { status: 200, body: refShape(`refs/heads/${branch}`, sha) };
};

const commitShape = (sha: string, { tree, parents, message, author }: Commit): JsonObject => ({
  sha,
  message,
  author: { ...author },
  committer: { ...author },
  tree: { sha: tree },
  parents: parents.map((parent) => ({ sha: parent })),
});

const getCommit: Handler = ({ store, parts: [sha = ''] }) => {
  const commit = store.commit(sha);
  return commit ? { status: 200, body: commitShape(sha, commit) } : failure(404, 'Not Found');
};

const listCommits: Handler = ({ store, repository, query }) => {
  const end = store.branch(repository, query.get('sha') ?? 'main');
  if (end === undefined) return failure(404, 'Not Found');
  const since = query.get('since') ?? '';
  const found = store.history(end).filter(([, { author }]) => Date.parse(author.date) >= (Date.parse(since) || 0));
  return { status: 200, body: found.map(([sha, commit]) => ({ sha, commit: commitShape(sha, commit) })) };
};

const getTree: Handler = ({ store, parts: [asked = ''] }) => {
  const sha = store.commit(asked)?.tree ?? asked;
  const entries = store.tree(sha);
  if (!entries) return failure(404, 'Not Found');
  const tree = entries.map(({ name, ...entry }) => ({ path: name, ...entry }));
  return { status: 200, body: { sha, truncated: false, tree } };
};

const createBlob: Handler = ({ store, body }) => {
  const encoding = body['encoding'] === 'base64' ? 'base64' : 'utf8';
  return { status: 201, body: { sha: store.addBlob(Buffer.from(plainText(body['content']), encoding)) } };
};

const changeIn = (value: unknown): TreeChange => {
  const { path, mode, sha } = isJsonObject(value) ? value : {};
  return { path: plainText(path), mode: plainText(mode), sha: typeof sha === 'string' ? sha : null };
};

const createTree: Handler = ({ store, body }) => {
  const changes = Array.isArray(body['tree']) ? body['tree'].map(changeIn) : [];
  const isKnown = changes.every(({ sha }) => sha === null || store.blob(sha) !== undefined);
  if (!isKnown) return failure(422, 'tree.sha does not exist');
  return {
    status: 201,
    body: { sha: store.changeTree(plainText(body['base_tree']), changes), truncated: false, tree: [] },
  };
};

const createCommit: Handler = ({ store, body, at }) => {
  const { name, email, date } = isJsonObject(body['author']) ? body['author'] : {};
  const author = {
    name: plainText(name) || SOMEBODY.name,
    email: plainText(email) || SOMEBODY.email,
    date: plainText(date) || at.toISOString(),
  };
  const parents = Array.isArray(body['parents']) ? body['parents'].map(plainText) : [];
  const commit = { tree: plainText(body['tree']), parents, message: plainText(body['message']), author };
  return { status: 201, body: commitShape(store.addCommit(commit), commit) };
};

const getRepository: Handler = ({ repository }) => ({
  status: 200,
  body: { full_name: repository, name: repository.split('/')[1] ?? '', default_branch: 'main' },
});

const ROUTES: readonly Route[] = [
  ['GET', /^$/, getRepository],
  ['GET', /^\/git\/ref\/heads\/(.+)$/, getRef],
  ['POST', /^\/git\/refs$/, createRef],
  ['PATCH', /^\/git\/refs\/heads\/(.+)$/, updateRef],
  ['GET', /^\/git\/commits\/(\w+)$/, getCommit],
  ['GET', /^\/commits$/, listCommits],
  ['GET', /^\/git\/trees\/(\w+)$/, getTree],
  ['POST', /^\/git\/blobs$/, createBlob],
  ['POST', /^\/git\/trees$/, createTree],
  ['POST', /^\/git\/commits$/, createCommit],
  ...pullRoutes,
  ...runRoutes,
];

/** Plays the part of GitHub's REST API that commits, pull requests and workflows need. Any repository that is asked for is there. */
export const createGithub =
  (store: GithubStore, site: string) =>
  (call: Call, at: Date): Answer => {
    const path = decodeURIComponent(call.path).slice(ROOT.length);
    const [, repository, rest = ''] = /^([\w.-]+\/[\w.-]+)(\/.*)?$/.exec(path) ?? [];
    if (!call.path.startsWith(ROOT) || repository === undefined) return failure(404, 'Not Found');
    begin(store, repository, at);
    for (const [method, pattern, handler] of ROUTES) {
      const match = method === call.method ? pattern.exec(rest) : null;
      const web = `${site}/github/${repository}`;
      const asked = { store, repository, web, query: call.query, body: jsonBody(call) ?? {}, at };
      if (match) return handler({ ...asked, parts: match.slice(1) });
    }
    return failure(404, 'The sandbox does not play this part of GitHub.');
  };

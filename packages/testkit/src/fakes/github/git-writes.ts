import { isJsonObject, type JsonObject } from '@pao/kernel';
import { type Answer, commitShape, failure, NOT_FOUND } from './answer.ts';
import type { FakePerson, FakeTreeChange } from './repository.ts';

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const personIn = (value: unknown): FakePerson | undefined =>
  isJsonObject(value)
    ? { name: text(value['name']), email: text(value['email']), date: text(value['date']) }
    : undefined;

const createBlob: Answer = ({ repository }, { body }) => {
  const encoding = body['encoding'] === 'base64' ? 'base64' : 'utf8';
  const sha = repository.addBlob(Buffer.from(text(body['content']), encoding));
  return { status: 201, known: { sha, url: 'https://github.example/blob' } };
};

const changeIn = (value: unknown): FakeTreeChange => {
  const { path, mode, sha } = isJsonObject(value) ? value : {};
  return { path: text(path), mode: text(mode), sha: typeof sha === 'string' ? sha : null };
};

const createTree: Answer = ({ repository }, { body }) => {
  const changes = Array.isArray(body['tree']) ? body['tree'].map(changeIn) : [];
  const sha = repository.changeTree(text(body['base_tree']) || undefined, changes);
  if (sha === undefined) return failure(422, 'tree.sha does not exist');
  return { status: 201, known: { sha, truncated: false, tree: [] } };
};

const createCommit: Answer = ({ repository }, { body }) => {
  const tree = text(body['tree']);
  const parents = Array.isArray(body['parents']) ? body['parents'].map(text) : [];
  if (!repository.trees.has(tree)) return failure(422, 'Tree SHA does not exist');
  if (parents.some((parent) => !repository.commits.has(parent))) return failure(422, 'Parent SHA does not exist');
  const [author, committer] = [personIn(body['author']), personIn(body['committer'])];
  const commit = {
    tree,
    parents,
    message: text(body['message']),
    ...(author && { author }),
    ...(committer && { committer }),
  };
  return { status: 201, known: commitShape(repository.addCommit(commit), commit) };
};

const refShape = (ref: string, sha: string): JsonObject => ({
  ref,
  object: { type: 'commit', sha, url: 'https://github.example/commit' },
});

const createRef: Answer = ({ repository }, { body }) => {
  const [ref, sha] = [text(body['ref']), text(body['sha'])];
  const name = ref.replace(/^refs\/heads\//, '');
  if (name === ref) return failure(422, `${ref} is not a valid ref name.`);
  if (repository.branches.has(name)) return failure(422, 'Reference already exists');
  if (!repository.commits.has(sha)) return failure(422, 'Object does not exist');
  repository.moveBranch(name, sha);
  return { status: 201, known: refShape(ref, sha) };
};

const updateRef: Answer = ({ repository }, { path: { ref = '' }, body }) => {
  const name = ref.replace(/^heads\//, '');
  const [sha, before] = [text(body['sha']), repository.branches.get(name)];
  if (before === undefined) return failure(422, 'Reference does not exist');
  if (!repository.commits.has(sha)) return failure(422, 'Object does not exist');
  if (body['force'] !== true && !repository.historyOf(sha).has(before)) {
    return failure(422, 'Update is not a fast forward');
  }
  repository.moveBranch(name, sha);
  return { status: 200, known: refShape(`refs/${ref}`, sha) };
};

const listCommits: Answer = ({ repository }, { query }) => {
  const asked = query.get('sha') ?? 'main';
  const end = repository.branches.get(asked) ?? asked;
  if (!repository.commits.has(end)) return NOT_FOUND;
  const known = [...repository.historyOf(end)].slice(0, Number(query.get('per_page') ?? 30)).flatMap((sha) => {
    const commit = repository.commits.get(sha);
    if (!commit) return [];
    const { parents, ...shape } = commitShape(sha, commit);
    return [{ sha, commit: shape, parents: parents ?? [] }];
  });
  return { status: 200, known };
};

const getContent: Answer = ({ repository, defaultBranch }, { path: { path = '' }, query }) => {
  const content = repository.read(path, query.get('ref') ?? defaultBranch);
  if (content === undefined) return NOT_FOUND;
  const url = 'https://github.example/content';
  const known = {
    type: 'file',
    encoding: 'base64',
    size: content.length,
    name: path.split('/').at(-1) ?? '',
    path,
    content: Buffer.from(content).toString('base64'),
    sha: 'x',
    url,
    git_url: url,
    html_url: url,
    download_url: url,
    _links: { git: url, html: url, self: url },
  };
  return { status: 200, known };
};

/** What changes a repository through git's own objects, and what reads it beside the catalog's way. */
export const gitWrites = {
  'git/create-blob': createBlob,
  'git/create-tree': createTree,
  'git/create-commit': createCommit,
  'git/create-ref': createRef,
  'git/update-ref': updateRef,
  'repos/list-commits': listCommits,
  'repos/get-content': getContent,
} satisfies Readonly<Record<string, Answer>>;

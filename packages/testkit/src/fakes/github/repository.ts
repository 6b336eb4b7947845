import { createHash } from 'node:crypto';

/** A file as a commit holds it: text, bytes, or something with a mode of its own (`120000` a link, `160000` a submodule). */
export type FakeFile = string | Uint8Array | { readonly mode: string; readonly content: string };

export interface FakeTreeEntry {
  readonly name: string;
  readonly mode: string;
  readonly type: 'blob' | 'tree' | 'commit';
  readonly sha: string;
}

/** Who wrote a commit, and when, as ISO 8601. */
export interface FakePerson {
  readonly name: string;
  readonly email: string;
  readonly date: string;
}

export interface FakeCommit {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly author?: FakePerson;
  readonly committer?: FakePerson;
}

/** A change of a tree, as git's data API takes it: without a SHA the path is taken out. */
export interface FakeTreeChange {
  readonly path: string;
  readonly mode: string;
  readonly sha: string | null;
}

export interface CommitOptions {
  /** `main` when absent. */
  readonly branch?: string;
  /** The end of the branch when absent; none makes a new history, as a force push does. */
  readonly parents?: readonly string[];
}

/** A git repository in memory, whose objects have the names that git gives them. */
export interface MemoryRepository {
  readonly blobs: ReadonlyMap<string, Buffer>;
  readonly trees: ReadonlyMap<string, readonly FakeTreeEntry[]>;
  readonly commits: ReadonlyMap<string, FakeCommit>;
  readonly branches: ReadonlyMap<string, string>;
  /** Makes a commit that holds exactly these files the end of a branch. Answers its SHA. */
  commit(files: Readonly<Record<string, FakeFile>>, options?: CommitOptions): string;
  /** The commit and everything before it. */
  historyOf(commit: string): ReadonlySet<string>;
  /** The text of a file at the end of a branch. */
  read(path: string, branch?: string): string | undefined;
  addBlob(content: Uint8Array): string;
  /** Undefined where a change names what is not there. */
  changeTree(base: string | undefined, changes: readonly FakeTreeChange[]): string | undefined;
  addCommit(commit: FakeCommit): string;
  moveBranch(name: string, commit: string): void;
}

const AUTHOR = 'Fake <fake@example.com> 1767225600 +0000';

const hashOf = (type: string, content: Uint8Array): string =>
  createHash('sha1').update(`${type} ${content.length}\0`).update(content).digest('hex');

type Folder = Map<string, Folder | FakeFile>;

const isFolder = (node: Folder | FakeFile): node is Folder => node instanceof Map;

const nest = (files: Readonly<Record<string, FakeFile>>): Folder => {
  const top: Folder = new Map();
  for (const [path, file] of Object.entries(files)) {
    const names = path.split('/');
    let folder = top;
    for (const name of names.slice(0, -1)) {
      const next = folder.get(name);
      const inner: Folder = next && isFolder(next) ? next : new Map();
      folder.set(name, inner);
      folder = inner;
    }
    folder.set(names.at(-1) ?? '', file);
  }
  return top;
};

/** git orders a folder as if its name ended with a slash. */
const orderOf = ({ name, type }: FakeTreeEntry): Buffer => Buffer.from(type === 'tree' ? `${name}/` : name);

const treeContent = (entries: readonly FakeTreeEntry[]): Buffer =>
  Buffer.concat(
    entries.flatMap(({ name, mode, sha }) => [
      Buffer.from(`${mode.replace(/^0/, '')} ${name}\0`),
      Buffer.from(sha, 'hex'),
    ]),
  );

const lineOf = (person: FakePerson | undefined): string =>
  person ? `${person.name} <${person.email}> ${Math.floor(Date.parse(person.date) / 1_000)} +0000` : AUTHOR;

const commitContent = ({ tree, parents, message, author, committer }: FakeCommit): Buffer => {
  const lines = [`tree ${tree}`, ...parents.map((parent) => `parent ${parent}`)];
  return Buffer.from(`${lines.join('\n')}\nauthor ${lineOf(author)}\ncommitter ${lineOf(committer)}\n\n${message}`);
};

/** What a repository is made of, by the names that git gives it. */
const createObjects = () => {
  const blobs = new Map<string, Buffer>();
  const trees = new Map<string, readonly FakeTreeEntry[]>();
  const commits = new Map<string, FakeCommit>();

  const addBlob = (content: Uint8Array): string => {
    const sha = hashOf('blob', content);
    blobs.set(sha, Buffer.from(content));
    return sha;
  };

  const addFile = (name: string, file: FakeFile): FakeTreeEntry => {
    const isPlain = typeof file === 'string' || file instanceof Uint8Array;
    const content = Buffer.from(isPlain ? file : file.content);
    const mode = isPlain ? '100644' : file.mode;
    // A submodule names a commit of another repository.
    if (mode === '160000') return { name, mode, type: 'commit', sha: hashOf('commit', content) };
    return { name, mode, type: 'blob', sha: addBlob(content) };
  };

  const storeTree = (unordered: readonly FakeTreeEntry[]): string => {
    const entries = unordered.toSorted((a, b) => Buffer.compare(orderOf(a), orderOf(b)));
    const sha = hashOf('tree', treeContent(entries));
    trees.set(sha, entries);
    return sha;
  };

  const addTree = (folder: Folder): string =>
    storeTree(
      [...folder].map(
        ([name, node]): FakeTreeEntry =>
          isFolder(node) ? { name, mode: '040000', type: 'tree', sha: addTree(node) } : addFile(name, node),
      ),
    );

  const changeOne = (base: string | undefined, names: readonly string[], change: FakeTreeChange): string => {
    const [name = '', ...inner] = names;
    const before = (base === undefined ? undefined : trees.get(base)) ?? [];
    const there = before.find((entry) => entry.name === name);
    const others = before.filter((entry) => entry !== there);
    if (inner.length === 0) {
      const { mode, sha } = change;
      return storeTree(sha === null ? others : [...others, { name, mode, type: 'blob', sha }]);
    }
    const sha = changeOne(there?.type === 'tree' ? there.sha : undefined, inner, change);
    const isEmpty = trees.get(sha)?.length === 0;
    return storeTree(isEmpty ? others : [...others, { name, mode: '040000', type: 'tree', sha }]);
  };

  const entryAt = (tree: string, [name, ...inner]: readonly string[]): FakeTreeEntry | undefined => {
    const entry = trees.get(tree)?.find((one) => one.name === name);
    return entry && inner.length > 0 ? entryAt(entry.sha, inner) : entry;
  };

  const addCommit = (commit: FakeCommit): string => {
    const sha = hashOf('commit', commitContent(commit));
    commits.set(sha, commit);
    return sha;
  };

  const changeTree = (base: string | undefined, changes: readonly FakeTreeChange[]): string | undefined => {
    const isKnown = changes.every(({ sha }) => sha === null || blobs.has(sha));
    if (!isKnown || (base !== undefined && !trees.has(base))) return undefined;
    let tree = base;
    for (const change of changes) tree = changeOne(tree, change.path.split('/'), change);
    return tree ?? storeTree([]);
  };

  return { blobs, trees, commits, addBlob, addTree, changeTree, entryAt, addCommit };
};

export const createMemoryRepository = (): MemoryRepository => {
  const { blobs, trees, commits, addBlob, addTree, changeTree, entryAt, addCommit } = createObjects();
  const branches = new Map<string, string>();

  const historyOf = (commit: string): ReadonlySet<string> => {
    const seen = new Set<string>();
    const open = [commit];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(...(commits.get(next)?.parents ?? []));
    }
    return seen;
  };

  return {
    blobs,
    trees,
    commits,
    branches,
    historyOf,
    commit: (files, { branch = 'main', parents } = {}) => {
      const head = branches.get(branch);
      const commit = {
        tree: addTree(nest(files)),
        parents: parents ?? (head === undefined ? [] : [head]),
        message: `commit ${commits.size + 1}`,
      };
      const sha = addCommit(commit);
      branches.set(branch, sha);
      return sha;
    },
    read: (path, branch = 'main') => {
      const tree = commits.get(branches.get(branch) ?? '')?.tree;
      const entry = tree === undefined ? undefined : entryAt(tree, path.split('/'));
      return entry && blobs.get(entry.sha)?.toString('utf8');
    },
    addBlob,
    changeTree,
    addCommit,
    moveBranch: (name, commit) => {
      branches.set(name, commit);
    },
  };
};

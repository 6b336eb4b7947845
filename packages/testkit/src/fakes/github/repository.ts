import { createHash } from 'node:crypto';

/** A file as a commit holds it: text, bytes, or something with a mode of its own (`120000` a link, `160000` a submodule). */
export type FakeFile = string | Uint8Array | { readonly mode: string; readonly content: string };

export interface FakeTreeEntry {
  readonly name: string;
  readonly mode: string;
  readonly type: 'blob' | 'tree' | 'commit';
  readonly sha: string;
}

export interface FakeCommit {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
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

const commitContent = ({ tree, parents, message }: FakeCommit): Buffer => {
  const lines = [`tree ${tree}`, ...parents.map((parent) => `parent ${parent}`)];
  return Buffer.from(`${lines.join('\n')}\nauthor ${AUTHOR}\ncommitter ${AUTHOR}\n\n${message}`);
};

export const createMemoryRepository = (): MemoryRepository => {
  const blobs = new Map<string, Buffer>();
  const trees = new Map<string, readonly FakeTreeEntry[]>();
  const commits = new Map<string, FakeCommit>();
  const branches = new Map<string, string>();

  const addFile = (name: string, file: FakeFile): FakeTreeEntry => {
    const isPlain = typeof file === 'string' || file instanceof Uint8Array;
    const content = Buffer.from(isPlain ? file : file.content);
    const mode = isPlain ? '100644' : file.mode;
    // A submodule names a commit of another repository.
    if (mode === '160000') return { name, mode, type: 'commit', sha: hashOf('commit', content) };
    const sha = hashOf('blob', content);
    blobs.set(sha, content);
    return { name, mode, type: 'blob', sha };
  };

  const addTree = (folder: Folder): string => {
    const entries = [...folder]
      .map(
        ([name, node]): FakeTreeEntry =>
          isFolder(node) ? { name, mode: '040000', type: 'tree', sha: addTree(node) } : addFile(name, node),
      )
      .toSorted((a, b) => Buffer.compare(orderOf(a), orderOf(b)));
    const sha = hashOf('tree', treeContent(entries));
    trees.set(sha, entries);
    return sha;
  };

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
      const sha = hashOf('commit', commitContent(commit));
      commits.set(sha, commit);
      branches.set(branch, sha);
      return sha;
    },
  };
};

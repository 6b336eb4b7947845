import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { isJsonObject, type JsonObject } from '@pao/kernel';

export interface TreeEntry {
  readonly name: string;
  readonly mode: string;
  readonly type: 'blob' | 'tree';
  readonly sha: string;
}

export interface Person {
  readonly name: string;
  readonly email: string;
  readonly date: string;
}

export interface Commit {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly author: Person;
}

/** A path of a commit; without a SHA it is taken out. */
export interface TreeChange {
  readonly path: string;
  readonly mode: string;
  readonly sha: string | null;
}

const SCHEMA = `
CREATE TABLE IF NOT EXISTS git_object (sha TEXT PRIMARY KEY, kind TEXT NOT NULL, content TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS git_ref (repository TEXT NOT NULL, name TEXT NOT NULL, sha TEXT NOT NULL, PRIMARY KEY (repository, name)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS github_thing (repository TEXT NOT NULL, kind TEXT NOT NULL, number INTEGER NOT NULL, content TEXT NOT NULL, PRIMARY KEY (repository, kind, number)) WITHOUT ROWID;
`;

const hashOf = (type: string, content: Uint8Array): string =>
  createHash('sha1').update(`${type} ${content.length}\0`).update(content).digest('hex');

/** git orders a folder as if its name ended with a slash. */
const orderOf = ({ name, type }: TreeEntry): Buffer => Buffer.from(type === 'tree' ? `${name}/` : name);

const treeBytes = (entries: readonly TreeEntry[]): Buffer =>
  Buffer.concat(
    entries.flatMap(({ name, mode, sha }) => [
      Buffer.from(`${mode.replace(/^0/, '')} ${name}\0`),
      Buffer.from(sha, 'hex'),
    ]),
  );

const commitBytes = ({ tree, parents, message, author }: Commit): Buffer => {
  const person = `${author.name} <${author.email}> ${Math.floor(Date.parse(author.date) / 1_000)} +0000`;
  const lines = [
    `tree ${tree}`,
    ...parents.map((parent) => `parent ${parent}`),
    `author ${person}`,
    `committer ${person}`,
  ];
  return Buffer.from(`${lines.join('\n')}\n\n${message}`);
};

const objectIn = (text: unknown): JsonObject => {
  const value: unknown = JSON.parse(String(text));
  return isJsonObject(value) ? value : {};
};

/** git's objects, by the names that git gives them. */
const createObjects = (database: DatabaseSync) => {
  const insertObject = database.prepare('INSERT OR IGNORE INTO git_object (sha, kind, content) VALUES (?, ?, ?)');
  const selectObject = database.prepare('SELECT content FROM git_object WHERE sha = ? AND kind = ?');

  const contentOf = (sha: string, kind: string): string | undefined => {
    const row = selectObject.get(sha, kind);
    return row === undefined ? undefined : String(row['content']);
  };

  const addBlob = (content: Uint8Array): string => {
    const sha = hashOf('blob', content);
    insertObject.run(sha, 'blob', Buffer.from(content).toString('base64'));
    return sha;
  };
  const blob = (sha: string): Buffer | undefined => {
    const content = contentOf(sha, 'blob');
    return content === undefined ? undefined : Buffer.from(content, 'base64');
  };

  const tree = (sha: string): readonly TreeEntry[] | undefined => {
    const content = contentOf(sha, 'tree');
    return content === undefined ? undefined : (JSON.parse(content) as TreeEntry[]);
  };
  const addTree = (unordered: readonly TreeEntry[]): string => {
    const entries = unordered.toSorted((a, b) => Buffer.compare(orderOf(a), orderOf(b)));
    const sha = hashOf('tree', treeBytes(entries));
    insertObject.run(sha, 'tree', JSON.stringify(entries));
    return sha;
  };

  const changeTree = (
    base: string | undefined,
    [name = '', ...inner]: readonly string[],
    change: TreeChange,
  ): string => {
    const before = (base === undefined ? undefined : tree(base)) ?? [];
    const there = before.find((entry) => entry.name === name);
    const others = before.filter((entry) => entry !== there);
    if (inner.length === 0) {
      const { mode, sha } = change;
      return addTree(sha === null ? others : [...others, { name, mode, type: 'blob', sha }]);
    }
    const sha = changeTree(there?.type === 'tree' ? there.sha : undefined, inner, change);
    return addTree(tree(sha)?.length === 0 ? others : [...others, { name, mode: '040000', type: 'tree', sha }]);
  };

  const commit = (sha: string): Commit | undefined => {
    const content = contentOf(sha, 'commit');
    return content === undefined ? undefined : (JSON.parse(content) as Commit);
  };
  const addCommit = (made: Commit): string => {
    const sha = hashOf('commit', commitBytes(made));
    insertObject.run(sha, 'commit', JSON.stringify(made));
    return sha;
  };

  return {
    addBlob,
    blob,
    tree,
    addTree,
    changeTree: (base: string, changes: readonly TreeChange[]): string => {
      let sha = base;
      for (const change of changes) sha = changeTree(sha, change.path.split('/'), change);
      return sha;
    },
    commit,
    addCommit,
    /** The commit and what was before it, the newest first, so many at most. */
    history: (end: string, max = 100): readonly (readonly [sha: string, commit: Commit])[] => {
      const seen = new Map<string, Commit>();
      const open = [end];
      for (let sha = open.shift(); sha !== undefined && seen.size < max; sha = open.shift()) {
        const found = seen.has(sha) ? undefined : commit(sha);
        if (!found) continue;
        seen.set(sha, found);
        open.push(...found.parents);
      }
      return [...seen];
    },
  };
};

/** git's objects and branches, and what GitHub has beside them. */
export const createGithubStore = (database: DatabaseSync) => {
  database.exec(SCHEMA);
  const upsertRef = database.prepare(
    'INSERT INTO git_ref (repository, name, sha) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET sha = excluded.sha',
  );
  const selectRef = database.prepare('SELECT sha FROM git_ref WHERE repository = ? AND name = ?');
  const selectRepositories = database.prepare('SELECT DISTINCT repository FROM git_ref ORDER BY repository LIMIT 200');
  const upsertThing = database.prepare(
    'INSERT INTO github_thing (repository, kind, number, content) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET content = excluded.content',
  );
  const selectThings = database.prepare(
    'SELECT content FROM github_thing WHERE repository = ? AND kind = ? ORDER BY number DESC LIMIT 100',
  );
  const selectThing = database.prepare(
    'SELECT content FROM github_thing WHERE repository = ? AND kind = ? AND number = ?',
  );
  const countThings = database.prepare('SELECT count(*) AS n FROM github_thing WHERE kind = ?');

  return {
    ...createObjects(database),
    branch: (repository: string, name: string): string | undefined => {
      const row = selectRef.get(repository, name);
      return row === undefined ? undefined : String(row['sha']);
    },
    moveBranch: (repository: string, name: string, sha: string): void => void upsertRef.run(repository, name, sha),
    repositories: (): readonly string[] => selectRepositories.all().map((row) => String(row['repository'])),
    things: (repository: string, kind: 'pull' | 'run'): readonly JsonObject[] =>
      selectThings.all(repository, kind).map((row) => objectIn(row['content'])),
    thing: (repository: string, kind: 'pull' | 'run', number: number): JsonObject | undefined => {
      const row = selectThing.get(repository, kind, number);
      return row === undefined ? undefined : objectIn(row['content']);
    },
    saveThing: (repository: string, kind: 'pull' | 'run', thing: JsonObject): void =>
      void upsertThing.run(repository, kind, Number(thing['number']), JSON.stringify(thing)),
    nextNumber: (kind: 'pull' | 'run'): number => Number(countThings.get(kind)?.['n']) + 1,
  };
};

export type GithubStore = ReturnType<typeof createGithubStore>;

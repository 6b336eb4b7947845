import { constants } from 'node:fs';
import { lchown, readdir, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/**
 * Who the server runs as. PostgreSQL refuses to run as root; as root we start it as `nobody`. Where `nobody` cannot reach
 * the files (a checkout below /root), and for a user without a name (`docker run --user 12345`), whom PostgreSQL refuses
 * as well, it runs in a user namespace in which our files belong to `nobody`.
 */
export interface Account {
  readonly name: 'self' | 'nobody' | 'namespace';
  /** Options for `child_process.spawn`. */
  readonly spawn: { readonly uid?: number; readonly gid?: number };
  /** What a person can do when starting a program as this account fails. */
  readonly advice: string;
  /** Turns a command line into the one to be spawned. */
  command(file: string, args: readonly string[]): readonly [string, readonly string[]];
  /** Makes a file or a whole tree belong to the account, as seen on the disk. */
  own(path: string): Promise<void>;
}

const NOBODY = 65_534;

const asIs = (file: string, args: readonly string[]): readonly [string, readonly string[]] => [file, args];

const namespaced = (file: string, args: readonly string[]): readonly [string, readonly string[]] => [
  'unshare',
  ['--user', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`, '--', file, ...args],
];

const SELF: Omit<Account, 'own'> = { name: 'self', spawn: {}, advice: '', command: asIs };
const NOBODYS: Omit<Account, 'own'> = {
  name: 'nobody',
  spawn: { uid: NOBODY, gid: NOBODY },
  advice: '',
  command: asIs,
};
const NAMESPACE: Omit<Account, 'own'> = {
  name: 'namespace',
  spawn: {},
  advice:
    ' (it was started in a user namespace; where those are forbidden, put the project and its data where other users' +
    ' may read, run as an ordinary user, or set DATABASE_URL)',
  command: namespaced,
};

/** @param paths what the account must reach: the programs, their libraries and the parent of the data. */
export const chooseAccount = async (paths: readonly string[]): Promise<Account> => {
  if (process.getuid?.() !== 0) return { ...(hasName() ? SELF : NAMESPACE), own: async () => {} };
  const reachable = await Promise.all(paths.map(isReachableByOthers));
  const account = reachable.every(Boolean) ? NOBODYS : NAMESPACE;
  return { ...account, own: (path) => chownTree(path, account.spawn.uid ?? 0) };
};

const hasName = (): boolean => {
  try {
    return userInfo().username !== '';
  } catch {
    return false;
  }
};

/** Whether every directory on the way lets others through, and the end of it can be read by them. */
const isReachableByOthers = async (path: string): Promise<boolean> => {
  const end = resolve(path);
  const { mode } = await stat(end);
  const needed = constants.S_IROTH | ((mode & constants.S_IFMT) === constants.S_IFDIR ? constants.S_IXOTH : 0);
  if ((mode & needed) !== needed) return false;
  for (let folder = dirname(end); ; folder = dirname(folder)) {
    if (((await stat(folder)).mode & constants.S_IXOTH) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
};

// The top is changed last: a tree whose top belongs to the account is taken to belong to it as a whole.
const chownTree = async (path: string, id: number): Promise<void> => {
  const top = await stat(path);
  if (top.uid === id) return;
  if (top.isDirectory()) {
    const entries = await readdir(path, { recursive: true });
    for (const entry of entries) await lchown(join(path, entry), id, id);
  }
  await lchown(path, id, id);
};

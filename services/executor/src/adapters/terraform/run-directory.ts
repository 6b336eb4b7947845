import { lstat, mkdir, mkdtemp, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { identify, isAlive, type KnownProcess, signalProcess } from './processes.ts';

/** What runs in a folder. An apply changes the world; anything else only reads it. */
export interface RunningChild extends KnownProcess {
  readonly applies: boolean;
  /** Milliseconds since the epoch at which it must have ended. */
  readonly until: number;
}

export interface RunDirectory {
  readonly path: string;
  /** Where the files are that Terraform runs on. */
  readonly work: string;
  readonly home: string;
  write(path: string, content: string): Promise<void>;
  /** Notes who runs here, for whoever finds the folder after this process is gone. */
  noteChild(pid: number, child: Pick<RunningChild, 'applies' | 'until'>): Promise<void>;
  /** Removes it; a state that Terraform could not store is kept, and its path given back. */
  remove(): Promise<string | undefined>;
}

const OWNER = 'owner.json';
const CHILD = 'child.json';
const RESCUED = 'rescued';

/** A folder of ours alone. */
export const ensurePrivate = async (path: string): Promise<void> => {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const found = await lstat(path);
  const mine = process.getuid === undefined || found.uid === process.getuid();
  if (found.isDirectory() && mine && (found.mode & 0o077) === 0) return;
  throw new Error(`${path} must be a folder of the executor's user that nobody else can read (mode 0700)`);
};

/** Terraform leaves a state here that it could store nowhere else: the only record of what it has done. */
const rescueState = async (base: string, path: string): Promise<string | undefined> => {
  const names = await readdir(join(path, 'work'), { recursive: true }).catch(() => []);
  const left = names.find((name) => name === 'errored.tfstate' || name.endsWith('/errored.tfstate'));
  if (left === undefined) return undefined;
  const kept = join(base, RESCUED, `${path.slice(base.length + 1)}.tfstate`);
  await mkdir(dirname(kept), { recursive: true, mode: 0o700 });
  await rename(join(path, 'work', left), kept);
  return kept;
};

const removeDirectory = async (base: string, path: string): Promise<string | undefined> => {
  const rescued = await rescueState(base, path);
  await rm(path, { recursive: true, force: true });
  return rescued;
};

/** Never through a link, never over what is there. */
const writeNew = async (path: string, content: string): Promise<void> => {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(content);
  } finally {
    await file.close();
  }
};

/** A fresh folder; `name` is that of the effect it is for. */
export const createRunDirectory = async (base: string, name: string): Promise<RunDirectory> => {
  await ensurePrivate(base);
  const path = await mkdtemp(join(base, `${name}.`));
  await writeFile(join(path, OWNER), JSON.stringify(await identify(process.pid)), { mode: 0o600 });
  const [work, home] = [join(path, 'work'), join(path, 'home')];
  await mkdir(work, { mode: 0o700 });
  await mkdir(home, { mode: 0o700 });
  return {
    path,
    work,
    home,
    write: (file, content) => writeNew(join(work, file), content),
    noteChild: async (pid, child) => {
      const note = JSON.stringify({ ...(await identify(pid)), ...child });
      await writeFile(join(path, CHILD), note, { mode: 0o600 });
    },
    remove: () => removeDirectory(base, path),
  };
};

const noteIn = async <T extends KnownProcess>(path: string, name: string): Promise<T | undefined> => {
  try {
    const note = JSON.parse(await readFile(join(path, name), 'utf8')) as T;
    return Number.isSafeInteger(note.pid) && note.pid > 1 ? note : undefined;
  } catch {
    return undefined;
  }
};

const livingChild = async (path: string): Promise<RunningChild | undefined> => {
  const child = await noteIn<RunningChild>(path, CHILD);
  return child && (await isAlive(child)) ? child : undefined;
};

const directoriesIn = async (base: string): Promise<readonly string[]> => {
  const entries = await readdir(base, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory() && entry.name !== RESCUED).map(({ name }) => name);
};

/** An apply of this effect that goes on although its executor is gone. */
export const findOrphan = async (base: string, name: string): Promise<RunningChild | undefined> => {
  for (const directory of await directoriesIn(base)) {
    const child = directory.startsWith(`${name}.`) ? await livingChild(join(base, directory)) : undefined;
    if (child?.applies) return child;
  }
  return undefined;
};

export interface Swept {
  /** Folders of executors that are gone. */
  readonly removed: number;
  /** Applies that go on without their executor: they are left to end, since what they have begun must get into the state. */
  readonly left: number;
  /** States that Terraform could not store. */
  readonly rescued: readonly string[];
}

/** Whether what runs there may go on. What only reads is killed at once; an apply has its time, and is then asked to end. */
const endChild = async (path: string, graceMs: number, now: number): Promise<'gone' | 'left'> => {
  const child = await livingChild(path);
  if (child === undefined) return 'gone';
  if (child.applies && now < child.until + graceMs) {
    if (now >= child.until) signalProcess(child.pid, 'SIGINT', 'process');
    return 'left';
  }
  signalProcess(child.pid, 'SIGKILL', 'group');
  return 'gone';
};

/** A folder that was made this very moment has no note yet. */
const FRESH_MS = 60_000;

const isInUse = async (path: string, now: number): Promise<boolean> => {
  const owner = await noteIn(path, OWNER);
  if (owner) return isAlive(owner);
  const found = await lstat(path).catch(() => undefined);
  return found !== undefined && found.mtimeMs > now - FRESH_MS;
};

/** Ends and removes what executors have left behind that are gone. What belongs to one that runs is not touched. */
export const sweepDirectories = async (
  base: string,
  { graceMs, now }: { readonly graceMs: number; readonly now: number },
): Promise<Swept> => {
  const rescued: string[] = [];
  let [removed, left] = [0, 0];
  for (const name of await directoriesIn(base)) {
    const path = join(base, name);
    if (await isInUse(path, now)) continue;
    if ((await endChild(path, graceMs, now)) === 'left') {
      left += 1;
      continue;
    }
    const kept = await removeDirectory(base, path);
    if (kept !== undefined) rescued.push(kept);
    removed += 1;
  }
  return { removed, left, rescued };
};

const MAX_FILES = 20_000;

/** Bytes that a folder takes, as far as so many files. */
export const sizeOf = async (path: string): Promise<number> => {
  const names = await readdir(path, { recursive: true }).catch(() => []);
  const files = await Promise.all(
    names.slice(0, MAX_FILES).map((name) => lstat(join(path, name)).catch(() => undefined)),
  );
  return files.reduce((total, file) => total + (file?.isFile() ? file.size : 0), 0);
};

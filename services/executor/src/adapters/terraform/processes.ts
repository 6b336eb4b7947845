import { readFile } from 'node:fs/promises';

/** A process that can be known again: a bare id may be another's by then. */
export interface KnownProcess {
  readonly pid: number;
  /** When it started, in ticks of this boot; undefined where the system does not tell. */
  readonly since?: string | undefined;
  readonly boot?: string | undefined;
}

const START_TIME_FIELD = 19;

const textOf = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
};

/** Field 22 of the line; the second one is a name in parentheses that may hold anything. Z: dead, and not yet buried. */
const startOf = async (pid: number): Promise<string | undefined> => {
  const stat = await textOf(`/proc/${pid}/stat`);
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields?.[0] === 'Z' ? undefined : fields?.[START_TIME_FIELD];
};

export const identify = async (pid: number): Promise<KnownProcess> => ({
  pid,
  since: await startOf(pid),
  boot: (await textOf('/proc/sys/kernel/random/boot_id'))?.trim(),
});

const exists = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** Whether that very process still runs. */
export const isAlive = async ({ pid, since, boot }: KnownProcess): Promise<boolean> => {
  if (since === undefined) return exists(pid);
  const now = await identify(pid);
  return now.since === since && now.boot === boot;
};

/** Sends a signal to a process, or to its whole group; one that is gone is fine. */
export const signalProcess = (pid: number, signal: NodeJS.Signals, whole: 'process' | 'group'): void => {
  try {
    process.kill(whole === 'group' ? -pid : pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
};

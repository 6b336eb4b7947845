import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

export interface PostmasterFile {
  readonly pid: number;
  readonly ready: boolean;
}

const fileOf = (cluster: string): string => join(cluster, 'postmaster.pid');

/** Reads PostgreSQL's `postmaster.pid`: line 1 is its process id, line 8 its status. */
export const readPostmasterFile = async (cluster: string): Promise<PostmasterFile | undefined> => {
  const content = await readFile(fileOf(cluster), 'utf8').catch(() => undefined);
  const lines = content?.split('\n');
  const pid = Number(lines?.[0]);
  return Number.isInteger(pid) && pid > 0 ? { pid, ready: lines?.[7]?.trim() === 'ready' } : undefined;
};

/**
 * Ends what an earlier, killed owner left behind. Only for the holder of the directory's lock: then a server that still
 * runs on it has no owner. A process id that now belongs to another program is left alone.
 * @returns what was found
 */
export const clearStalePostmaster = async (cluster: string): Promise<'none' | 'dead' | 'stopped'> => {
  const file = await readPostmasterFile(cluster);
  if (!file) {
    await rm(fileOf(cluster), { force: true });
    return 'none';
  }
  const alive = await servesCluster(file.pid, cluster);
  if (alive) await endProcess(file.pid, () => servesCluster(file.pid, cluster));
  await rm(fileOf(cluster), { force: true });
  return alive ? 'stopped' : 'dead';
};

const servesCluster = async (pid: number, cluster: string): Promise<boolean> => {
  const words = await commandLine(pid);
  return words.includes('postgres') && words.includes(cluster);
};

const run = promisify(execFile);

const commandLine = async (pid: number): Promise<string> => {
  if (process.platform === 'linux') return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return run('ps', ['-o', 'command=', '-p', String(pid)]).then(
    (result) => result.stdout,
    () => '',
  );
};

/** Fast shutdown (SIGINT), and after ten seconds the immediate one (SIGQUIT), which recovers at the next start. */
const endProcess = async (pid: number, isAlive: () => Promise<boolean>): Promise<void> => {
  for (const [signal, milliseconds] of [
    ['SIGINT', 10_000],
    ['SIGQUIT', 5_000],
  ] as const) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    for (let waited = 0; waited < milliseconds; waited += 20) {
      if (!(await isAlive())) return;
      await sleep(20);
    }
  }
};

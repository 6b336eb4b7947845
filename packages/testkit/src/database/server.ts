import { execFileSync } from 'node:child_process';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorMessage } from '@pao/kernel';
import { startEmbeddedPostgres } from '@pao/postgres/embedded';

const logger = {
  info: () => {},
  warn: () => {},
  error: (fields: object, message: string) => process.stderr.write(`${message} ${JSON.stringify(fields)}\n`),
};

/** AVA's main process, whose child every test file is; of a script, the script itself. */
const runPid = (): number => (process.send === undefined ? process.pid : process.ppid);

let url: Promise<string> | undefined;

/**
 * The throw-away server of this test run: the first test file to ask starts it, the others find it, and it ends with the run.
 * @returns the URL of its maintenance database
 */
export const sharedServer = (): Promise<string> => {
  url ??= startOrFind();
  return url;
};

const startOrFind = async (): Promise<string> => {
  const pid = runPid();
  // Process ids come again: the start time makes the name unique.
  const directory = join(tmpdir(), `pao-test-${pid}-${startTime(pid)}`);
  const isFirst = await mkdir(directory, { mode: 0o755 }).then(
    () => true,
    () => false,
  );
  return isFirst ? start(directory, pid) : find(directory);
};

const startTime = (pid: number): string =>
  execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } })
    .trim()
    .replaceAll(/\W+/g, '-');

const start = async (directory: string, whilePid: number): Promise<string> => {
  try {
    const server = await startEmbeddedPostgres({
      dataDirectory: directory,
      logger,
      settings: { max_connections: '400' },
      ephemeral: true,
      whilePid,
    });
    await publish(directory, { url: server.url });
    return server.url;
  } catch (error) {
    await publish(directory, { failure: errorMessage(error) });
    throw error;
  }
};

interface Announcement {
  readonly url?: string;
  readonly failure?: string;
}

const publish = async (directory: string, announcement: Announcement): Promise<void> => {
  const draft = join(directory, 'server.json.new');
  await writeFile(draft, JSON.stringify(announcement), { mode: 0o600 });
  await rename(draft, join(directory, 'server.json'));
};

const find = async (directory: string): Promise<string> => {
  for (let waited = 0; waited < 30_000; waited += 20) {
    const text = await readFile(join(directory, 'server.json'), 'utf8').catch(() => undefined);
    const { url, failure }: Announcement = text === undefined ? {} : JSON.parse(text);
    if (url !== undefined) return url;
    if (failure !== undefined) throw new Error(`the test database server did not start: ${failure}`);
    await sleep(20);
  }
  throw new Error(`the test database server did not start: nothing in ${directory}`);
};

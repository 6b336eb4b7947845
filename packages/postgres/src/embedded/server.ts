import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, rename, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Account } from './account.ts';
import { EmbeddedPostgresError } from './errors.ts';
import { readPostmasterFile } from './postmaster.ts';

export interface LaunchOptions {
  readonly postgres: string;
  readonly account: Account;
  readonly dataDirectory: string;
  readonly cluster: string;
  readonly port: number | undefined;
  readonly settings: Readonly<Record<string, string>>;
  /** Called when there is nothing to do but wait for the server. */
  readonly onWaiting: () => void;
}

export interface RunningServer {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly port: number;
}

const LOG_LIMIT_BYTES = 10 * 1024 * 1024;
const ATTEMPTS = 20;

/**
 * Starts the server and waits until it accepts connections. Tries again where waiting helps: a chosen port that somebody
 * else was faster to take, or processes of a killed predecessor that have not noticed yet.
 */
export const launch = async (options: LaunchOptions): Promise<RunningServer> => {
  const logFile = join(options.dataDirectory, 'postgres.log');
  await rotate(logFile);
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await freePort());
    const offset = await sizeOf(logFile);
    const child = await spawnServer(options, port, logFile);
    options.onWaiting();
    if (await isReady(child, options.cluster)) return { child, pid: child.pid ?? 0, port };
    const said = (await readFile(logFile, 'utf8').catch(() => '')).slice(offset);
    const passing =
      said.includes('pre-existing shared memory block') || (isPortTaken(said) && options.port === undefined);
    if (!passing || attempt === ATTEMPTS) {
      throw new EmbeddedPostgresError('start-failed', `PostgreSQL did not start (log: ${logFile}): ${said.trim()}`);
    }
    await sleep(100);
  }
};

const isPortTaken = (said: string): boolean => said.includes('Address already in use');

const spawnServer = async (options: LaunchOptions, port: number, logFile: string): Promise<ChildProcess> => {
  const settings = Object.entries({ port: String(port), ...options.settings });
  const flags = ['-D', options.cluster, ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const [file, args] = options.account.command(options.postgres, flags);
  const log = await open(logFile, 'a', 0o600);
  try {
    const child = spawn(file, args, {
      ...options.account.spawn,
      cwd: options.cluster,
      env: { PATH: process.env['PATH'], TZ: 'UTC', LC_ALL: 'C' },
      stdio: ['ignore', log.fd, log.fd],
      // Its own session: Ctrl-C in a terminal goes to us alone, and we stop the server after the services.
      detached: true,
    });
    child.on('error', () => {});
    child.unref();
    return child;
  } finally {
    await log.close();
  }
};

/** False when the process ended first. */
const isReady = async (child: ChildProcess, cluster: string): Promise<boolean> => {
  while (!hasEnded(child)) {
    const file = await readPostmasterFile(cluster);
    if (file?.ready && file.pid === child.pid) return true;
    await sleep(3);
  }
  return false;
};

/** Asked of the process and not of its events, which may have been before anyone listened. */
const hasEnded = (child: ChildProcess): boolean =>
  child.pid === undefined || child.exitCode !== null || child.signalCode !== null;

export const ending = async (child: ChildProcess): Promise<void> => {
  if (!hasEnded(child)) await once(child, 'exit');
};

/** A port of the loopback interface that was free a moment ago. */
const freePort = async (): Promise<number> => {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return typeof address === 'object' && address ? address.port : 0;
};

const sizeOf = async (file: string): Promise<number> => (await stat(file).catch(() => undefined))?.size ?? 0;

const rotate = async (file: string): Promise<void> => {
  if ((await sizeOf(file)) > LOG_LIMIT_BYTES) await rename(file, `${file}.1`);
};

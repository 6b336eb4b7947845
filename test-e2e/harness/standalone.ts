import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Client, createClient } from '@pao/client';
import { freePort, testDatabase } from '@pao/testkit';

const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * What `npm start` gives to Node.js. Short-lived objects are most of all: a nursery of half this size takes a twentieth more CPU
 * time, one of twice this size a hundred megabytes more. Old objects are collected first when
 * modules are loaded and then whenever they have grown by half, not to four times as many: a hundred megabytes less for no time that
 * could be measured. The second compiler takes on what was called 20,000 times, not 3,000: before that it costs more than it gives.
 */
export const START = [
  '--max-semi-space-size=16',
  '--initial-old-space-size=100',
  '--heap-growing-percent=50',
  '--invocation-count-for-turbofan=20000',
  'packages/standalone/bin/pao.mjs',
];

export interface StandaloneOptions {
  /** Kept when given, else a fresh one that goes with `dispose`. */
  readonly dataDirectory?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** A database of the tests' server, without durable writes, in place of a server of its own, which would have to be set up and started first. */
  readonly sharesDatabaseServer?: boolean;
  readonly readyWithinMs?: number;
  /** Of Node.js, such as `--cpu-prof`. */
  readonly nodeArguments?: readonly string[];
  /** The module that is run in place of the one of `npm start`. */
  readonly module?: string;
}

export interface Standalone {
  readonly pid: number;
  readonly url: string;
  readonly client: Client;
  readonly dataDirectory: string;
  /** Milliseconds from the start of the process to its first "ready". */
  readonly startUpMs: number;
  readonly output: () => string;
  /** Ctrl-C, and wait; answers the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL, and wait. */
  kill(): Promise<void>;
}

export const temporaryDirectory = async (): Promise<{ path: string; remove(): Promise<void> }> => {
  const path = await mkdtemp(join(tmpdir(), 'pao-e2e-'));
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
};

const isReady = async (url: string): Promise<boolean> => {
  try {
    const response = await fetch(`${url}/api/v1/health/ready`);
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
};

const untilReady = async (child: ChildProcess, url: string, deadline: number, output: () => string): Promise<void> => {
  while (!(await isReady(url))) {
    if (child.exitCode !== null) throw new Error(`standalone ended with ${child.exitCode}:\n${output()}`);
    if (performance.now() > deadline) throw new Error(`standalone is not ready in time:\n${output()}`);
    await sleep(5);
  }
};

/** Starts the whole system as `npm start` does, as a process of its own, and waits until it is ready. */
export const startStandalone = async (options: StandaloneOptions): Promise<Standalone> => {
  const port = await freePort();
  const dataDirectory = options.dataDirectory ?? (await temporaryDirectory()).path;
  const database = options.sharesDatabaseServer ? { DATABASE_URL: await testDatabase() } : {};
  const command = options.module === undefined ? START : [...START.slice(0, -1), options.module];
  const started = performance.now();
  const child = spawn(process.execPath, [...(options.nodeArguments ?? []), ...command], {
    cwd: root,
    env: { ...process.env, PAO_PORT: String(port), PAO_DATA_DIR: dataDirectory, ...database, ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => chunks.push(text));
  const url = `http://127.0.0.1:${port}`;
  const output = (): string => chunks.join('');
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    return (await exited)[0];
  };
  try {
    await untilReady(child, url, started + (options.readyWithinMs ?? 60_000), output);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  return {
    pid: child.pid ?? 0,
    url,
    client: createClient({ baseUrl: url, timeoutMs: 60_000 }),
    dataDirectory,
    startUpMs: performance.now() - started,
    output,
    stop: () => end('SIGINT'),
    kill: async () => {
      await end('SIGKILL');
    },
  };
};

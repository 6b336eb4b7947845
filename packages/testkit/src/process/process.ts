import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export interface ProcessOptions {
  /** Over the environment of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** Asked every 40 ms from the start: the process counts as started with the first true. A throw is a false. */
  readonly isReady: (output: string) => boolean | Promise<boolean>;
  /** 30,000 when absent. */
  readonly timeoutMs?: number;
  /** Told of the process long before it is ready, for whoever ends it on its way there. */
  readonly onSpawn?: (pid: number) => void;
}

export interface RunningProcess {
  readonly pid: number;
  /** All that it has written so far. */
  output(): string;
  /** SIGTERM, then waits. @returns the exit code, or the signal's name */
  stop(): Promise<number | string>;
  /** SIGKILL, then waits. */
  kill(): Promise<void>;
  /** Resolves when it ended, whoever ended it. */
  readonly ended: Promise<number | string>;
}

/** Who starts has the machine for itself: asking all the time would take as long as the start. */
const POLL_MS = 40;

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Runs a program of this repository as a process of its own. It does not outlive this one. */
export const startProcess = async (file: URL, options: ProcessOptions): Promise<RunningProcess> => {
  const child = spawn(process.execPath, [fileURLToPath(file), ...(options.args ?? [])], {
    env: { ...process.env, ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  if (child.pid !== undefined) options.onSpawn?.(child.pid);
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => chunks.push(text));
  const output = () => chunks.join('');
  const ended = endOf(child);
  await untilReady(child, options, output);
  return {
    pid: child.pid ?? 0,
    output,
    ended,
    stop: async () => {
      child.kill('SIGTERM');
      return ended;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
};

const endOf = async (child: ChildProcess): Promise<number | string> => {
  const [code, signal]: unknown[] = await once(child, 'exit');
  running.delete(child);
  return typeof code === 'number' ? code : String(signal);
};

const untilReady = async (child: ChildProcess, options: ProcessOptions, output: () => string): Promise<void> => {
  const end = performance.now() + (options.timeoutMs ?? 30_000);
  while (!(await isReady(options, output()))) {
    const hasEnded = child.exitCode !== null || child.signalCode !== null;
    if (!hasEnded && performance.now() < end) {
      await sleep(POLL_MS);
      continue;
    }
    child.kill('SIGKILL');
    throw new Error(`the process ${hasEnded ? 'ended before it was ready' : 'was not ready in time'}:\n${output()}`);
  }
};

const isReady = async ({ isReady }: ProcessOptions, output: string): Promise<boolean> => {
  try {
    return await isReady(output);
  } catch {
    return false;
  }
};

/** For `isReady`: true once a GET is answered with 200. */
export const answersAt =
  (url: string): (() => Promise<boolean>) =>
  async () => {
    const response = await fetch(url);
    await response.arrayBuffer();
    return response.status === 200;
  };

/**
 * Below the ports that systems give out to whoever asks for any: those another process may get in the moment between this answer
 * and its use, and what answers there would be taken for what was started.
 */
const FIRST_PORT = 10_000;
const PORTS = 22_000;

/** A port of 127.0.0.1 that was free a moment ago, for a process that must be told one. */
export const freePort = async (): Promise<number> => {
  for (;;) {
    const port = FIRST_PORT + randomInt(PORTS);
    if (await isFree(port)) return port;
  }
};

const isFree = async (port: number): Promise<boolean> => {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
};

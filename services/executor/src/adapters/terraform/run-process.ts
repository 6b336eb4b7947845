import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorMessage } from '@pao/kernel';
import { signalProcess } from './processes.ts';
import { createTail } from './tail.ts';

export interface ProcessOrder {
  readonly binary: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Where its output goes: a file, so that a process whose executor is gone can still write, and end well. */
  readonly outputIn: string;
  /** For all of it; a process that does not end is asked to in good time before, and killed with its group then. */
  readonly remainingMs: number;
  readonly graceMs: number;
  /** When it must end before its time. */
  readonly stop: AbortSignal;
  readonly onLine: (line: string) => void;
  /** Called once it runs, before anything else is done. */
  readonly onStart: (pid: number) => Promise<void>;
}

export type ProcessEnd =
  | { readonly kind: 'exited'; readonly code: number; readonly asked?: 'time' | 'stop' }
  /** It was killed, by us or by somebody else. */
  | { readonly kind: 'killed'; readonly signal: string; readonly asked?: 'time' | 'stop' }
  | { readonly kind: 'not-started'; readonly reason: string };

const POLL_MS = 100;

/** Asks the process to end when its time is nearly over or the executor stops, and then kills its group. */
const watch = (child: ChildProcess, { remainingMs, graceMs, stop }: ProcessOrder) => {
  const pid = child.pid ?? 0;
  let asked: 'time' | 'stop' | undefined;
  const timers: NodeJS.Timeout[] = [];
  const grace = Math.min(graceMs, remainingMs / 4);
  const ask = (reason: 'time' | 'stop'): void => {
    if (asked !== undefined) return;
    asked = reason;
    // Terraform alone: it ends what it has begun, writes its state, and ends its plugins itself.
    signalProcess(pid, 'SIGINT', 'process');
    timers.push(setTimeout(() => signalProcess(pid, 'SIGKILL', 'group'), grace));
  };
  const stopped = (): void => ask('stop');
  timers.push(setTimeout(() => ask('time'), Math.max(0, remainingMs - grace)));
  if (stop.aborted) stopped();
  else stop.addEventListener('abort', stopped);
  return {
    asked: () => asked,
    end: () => {
      for (const timer of timers) clearTimeout(timer);
      stop.removeEventListener('abort', stopped);
    },
  };
};

const endOf = (child: ChildProcess, asked: 'time' | 'stop' | undefined): ProcessEnd => ({
  ...(child.signalCode === null
    ? { kind: 'exited', code: child.exitCode ?? -1 }
    : { kind: 'killed', signal: child.signalCode }),
  ...(asked && { asked }),
});

const follow = async (child: ChildProcess, order: ProcessOrder): Promise<ProcessEnd> => {
  const pid = child.pid ?? 0;
  const exited = once(child, 'exit').then(() => true);
  const watching = watch(child, order);
  const tail = await createTail(join(order.outputIn, 'out.log'), order.onLine);
  try {
    await order.onStart(pid);
    for (let over = false; !over; ) {
      over = await Promise.race([exited, sleep(POLL_MS, false)]);
      await tail.read();
    }
    return endOf(child, watching.asked());
  } finally {
    watching.end();
    await tail.close();
    // Whatever it has left behind goes with it.
    signalProcess(pid, 'SIGKILL', 'group');
  }
};

/** Why it could not be started; undefined when it runs. */
const spawned = async (child: ChildProcess): Promise<string | undefined> => {
  try {
    await once(child, 'spawn');
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? errorMessage(error);
  }
};

/** Runs a program in a process group of its own, without a shell, in an environment that is given whole. */
export const runProcess = async (order: ProcessOrder): Promise<ProcessEnd> => {
  const { binary, args, cwd, env, outputIn } = order;
  const out = await open(join(outputIn, 'out.log'), 'w', 0o600);
  const errors = await open(join(outputIn, 'err.log'), 'w', 0o600);
  try {
    const child = spawn(binary, args, { cwd, env, detached: true, stdio: ['ignore', out.fd, errors.fd] });
    const refusal = await spawned(child);
    return refusal === undefined ? await follow(child, order) : { kind: 'not-started', reason: refusal };
  } finally {
    await out.close();
    await errors.close();
  }
};

import type { Scheduler, Task } from './scheduler.ts';

/**
 * Puts virtual time in the place of the real one for everything this thread runs: loops of the product keep their own pace,
 * on the scheduler's clock. Only for a thread of its own.
 */

let active: Scheduler | undefined;

const real = {
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  setInterval: globalThis.setInterval,
  clearInterval: globalThis.clearInterval,
  random: Math.random,
  now: performance.now.bind(performance),
  date: Date.now,
};

/** When runs begin. */
export const EPOCH = Date.parse('2026-11-20T12:00:00.000Z');

/** Pauses under way take themselves off their signals when the run is over: a combined signal that is listened to lives for ever. */
const listening = new Set<() => void>();

export const setActive = (scheduler: Scheduler | undefined): void => {
  active = scheduler;
  for (const leave of listening) leave();
  listening.clear();
};

interface VirtualTimer {
  task: Task;
  unref(): VirtualTimer;
  ref(): VirtualTimer;
}

const timerOf = (task: Task): VirtualTimer => {
  const timer: VirtualTimer = { task, unref: () => timer, ref: () => timer };
  return timer;
};

const isVirtual = (timer: unknown): timer is VirtualTimer =>
  typeof timer === 'object' && timer !== null && 'task' in timer;

/** A freeze does not matter to a pause that is over: it ends late, as it would on a real machine. */
export const sleep = <T>(ms: number, value: T, signal?: AbortSignal): Promise<T> => {
  const scheduler = active;
  if (scheduler === undefined) throw new Error('there is no run whose time could pass');
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(signal.reason as Error);
      return;
    }
    // Taken off again: a signal that lives as long as its process would collect one for every pause.
    const leave = (): void => {
      signal?.removeEventListener('abort', end);
      listening.delete(leave);
    };
    const task = scheduler.after(ms, scheduler.current, '', () => {
      leave();
      resolve(value);
    });
    const end = (): void => {
      leave();
      task.cancelled = true;
      reject(signal?.reason as Error);
    };
    signal?.addEventListener('abort', end, { once: true });
    if (signal) listening.add(leave);
  });
};

const virtualTimeout = (work: () => void, ms = 0): unknown => {
  if (active === undefined) return real.setTimeout(work, ms);
  return timerOf(active.after(ms, active.current, '', work));
};

const virtualInterval = (work: () => void, ms = 0): unknown => {
  const scheduler = active;
  if (scheduler === undefined) return real.setInterval(work, ms);
  const owner = scheduler.current;
  const again = (): Task =>
    scheduler.after(ms, owner, '', () => {
      timer.task = again();
      work();
    });
  const timer = timerOf(again());
  return timer;
};

const clear =
  (realClear: (timer: never) => void) =>
  (timer: unknown): void => {
    if (isVirtual(timer)) timer.task.cancelled = true;
    else realClear(timer as never);
  };

/** Takes the place of this thread's timers and of its chance. */
export const installVirtualTime = (): void => {
  const replaced = {
    setTimeout: virtualTimeout,
    clearTimeout: clear(real.clearTimeout),
    setInterval: virtualInterval,
    clearInterval: clear(real.clearInterval),
  };
  Object.assign(globalThis, replaced);
  Math.random = () => active?.random.next() ?? real.random();
  Date.now = () => (active ? EPOCH + Math.floor(active.now) : real.date());
  Object.defineProperty(performance, 'now', { value: () => active?.now ?? real.now() });
};

import { type AttemptKey, attemptName, CANCELLED, type Hold, keyOf, REFUSED } from '../../core/domain/attempt.ts';
import type { TaskCommand } from '../../core/domain/task-command.ts';
import type { TaskEvent } from '../../core/domain/task-events.ts';
import type { AttemptEnd, AttemptLedger } from '../../core/ports/attempt-ledger.ts';
import type { ParkedTasks } from '../../core/ports/parked-tasks.ts';
import type { StepLedger } from '../../core/ports/step-ledger.ts';
import { createMemoryParkedTasks } from './parked-tasks.ts';
import { createStanding, inDoubt } from './standing.ts';
import { createMemoryStepLedger } from './step-ledger.ts';
import { holdOf, type StoredAttempt, type StoredPark } from './store.ts';

/** What the ledger works on: its own, or rows that somebody else keeps. */
export interface MemoryState {
  readonly attempts: Map<string, StoredAttempt>;
  readonly waiting: Map<string, StoredPark>;
  /** Events to be told, in order. */
  readonly events: TaskEvent[];
  /** Tells the messages of one event apart. */
  readonly repetition?: () => string;
}

const emptyState = (): MemoryState => ({ attempts: new Map(), waiting: new Map(), events: [] });

export interface MemoryAttemptLedger extends AttemptLedger {
  readonly attempts: ReadonlyMap<string, StoredAttempt>;
  /** Stored events, in order. */
  readonly events: readonly TaskEvent[];
  readonly steps: StepLedger;
  readonly parked: ParkedTasks;
  /** What is parked, by task and generation. */
  readonly waiting: ReadonlyMap<string, StoredPark>;
}

/** False when the generation, or a later one, has begun. */
const recordCancelled = (
  attempts: Map<string, StoredAttempt>,
  { taskId, generation, step }: AttemptKey,
  elapsed: number,
): boolean => {
  const known = [...attempts.values()].filter(({ key }) => key.taskId === taskId && key.generation >= generation);
  if (known.length > 0) return known.some(({ key, end }) => key.generation === generation && end?.code === CANCELLED);
  const key = { taskId, generation, step };
  const end: AttemptEnd = { outcome: 'definite-failure', code: CANCELLED, evidence: {}, tries: 0 };
  attempts.set(attemptName(key), { key, startedAt: new Date(elapsed), fence: 1, leaseUntil: elapsed, end });
  return true;
};

/** What becomes of attempts whose holder is gone. */
const abandonedOf = (
  attempts: ReadonlyMap<string, StoredAttempt>,
  elapsed: () => number,
): Pick<AttemptLedger, 'takeOver' | 'listInDoubt'> => ({
  takeOver: async ({ key, fence }, leaseMs) => {
    const attempt = attempts.get(attemptName(key));
    if (!attempt || attempt.end || attempt.fence !== fence || attempt.leaseUntil > elapsed()) return undefined;
    attempt.fence += 1;
    attempt.leaseUntil = elapsed() + leaseMs;
    return { key, fence: attempt.fence, startedAt: attempt.startedAt, leaseMs };
  },
  listInDoubt: async (limit) =>
    [...attempts.values()]
      .filter((attempt) => !attempt.end && attempt.leaseUntil <= elapsed())
      .slice(0, limit)
      .map(inDoubt),
});

/** START of a first step, or of what never was. */
const insertingInto =
  (attempts: Map<string, StoredAttempt>, elapsed: () => number) =>
  (command: TaskCommand, step: string, leaseMs: number): StoredAttempt => {
    const key = keyOf(command, step);
    const startedAt = new Date(elapsed());
    const attempt: StoredAttempt = { key, command, startedAt, fence: 1, leaseUntil: elapsed() + leaseMs };
    attempts.set(attemptName(key), attempt);
    return attempt;
  };

/** Attempts in memory: for tests, with the same promises as the real one within one process. */
export const createMemoryAttemptLedger = (
  elapsed: () => number,
  { attempts, events, waiting, repetition = () => String(events.length) }: MemoryState = emptyState(),
): MemoryAttemptLedger => {
  const store = { attempts, events, parked: waiting, elapsed };

  const insert = insertingInto(attempts, elapsed);
  const { standing, tellEndsOf, hasBegun } = createStanding({ attempts, events, elapsed, repetition });
  const held = (hold: Hold): StoredAttempt | undefined => {
    const attempt = attempts.get(attemptName(hold.key));
    return attempt?.fence === hold.fence ? attempt : undefined;
  };

  return {
    attempts,
    events,
    waiting,
    steps: createMemoryStepLedger(store, standing),
    parked: createMemoryParkedTasks(store),
    start: async ({ command, step, leaseMs }) => {
      const known = standing(command);
      if (known) return known;
      const { key, fence, startedAt } = insert(command, step, leaseMs);
      return { kind: 'started', hold: { key, fence, startedAt, leaseMs } };
    },
    refuse: async ({ command, code, evidence, event }) => {
      const known = standing(command);
      if (known) return known;
      const attempt = insert(command, REFUSED, 0);
      attempt.end = { outcome: 'definite-failure', code, evidence, tries: 0 };
      attempt.told = event;
      events.push(event);
      return { kind: 'ended' };
    },
    cancel: async ({ cancellation, step, event }) => {
      if (!recordCancelled(attempts, { ...cancellation, step }, elapsed())) {
        tellEndsOf(cancellation);
        return 'begun';
      }
      events.push(event);
      return 'cancelled';
    },
    announce: async (hold, event) => {
      const attempt = held(hold);
      if (attempt && !attempt.end) events.push(event);
    },
    finish: async (hold, end, event) => {
      const attempt = held(hold);
      if (attempt) {
        if (attempt.end) return 'recorded';
        attempt.end = end;
        attempt.told = event;
        events.push(event);
        return 'recorded';
      }
      const taken = attempts.get(attemptName(hold.key));
      if (taken) taken.late ??= end;
      return 'late';
    },
    follow: async (hold, end, _completed, { command, step, leaseMs }) => {
      const attempt = held(hold);
      if (attempt?.end) {
        const begun = attempt.followedBy?.taskId === command.taskId && attempts.get(attemptName(keyOf(command, step)));
        return begun && !begun.end && begun.fence === 1 ? holdOf(begun, leaseMs) : undefined;
      }
      if (attempt === undefined || hasBegun(command)) return undefined;
      attempt.end = end;
      attempt.followedBy = { taskId: command.taskId, generation: command.generation };
      return holdOf(insert(command, step, leaseMs), leaseMs);
    },
    ...abandonedOf(attempts, elapsed),
  };
};

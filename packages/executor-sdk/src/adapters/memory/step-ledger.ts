import { attemptName, keyOf } from '../../core/domain/attempt.ts';
import type { TaskCommand } from '../../core/domain/task-command.ts';
import type { AttemptEnd, StartAnswer } from '../../core/ports/attempt-ledger.ts';
import type { StepLedger } from '../../core/ports/step-ledger.ts';
import { findNext, insertNext, insertPark, type MemoryStore, type StoredAttempt, standOf } from './store.ts';

/** What speaks against a new attempt of the command. */
type Standing = (command: TaskCommand) => StartAnswer | undefined;

/** Steps in memory: for tests, with the same promises as the real ones within one process. */
export const createMemoryStepLedger = (store: MemoryStore, standing: Standing): StepLedger => ({
  advance: async (hold, end, next) => {
    const attempt = standOf(store, hold, end);
    if (attempt === 'late') return 'late';
    if (attempt === 'recorded') return findNext(store, next) ?? 'late';
    attempt.end = end;
    attempt.goneOn = { next: next.next, done: next.point.done };
    return insertNext(store, next);
  },
  park: async (hold, end, parked) => {
    const attempt = standOf(store, hold, end);
    if (attempt === 'late' || attempt === 'recorded') return attempt;
    attempt.end = end;
    attempt.goneOn = { next: parked.park, done: parked.done };
    attempt.told = parked.event;
    insertPark(store, hold.key.step, parked);
    return 'recorded';
  },
  lastDone: async ({ taskId, generation }) => {
    const before = [...store.attempts.values()]
      .filter(({ key, goneOn }) => key.taskId === taskId && key.generation < generation && goneOn)
      .toSorted((one, other) => one.key.generation - other.key.generation)
      .at(-1);
    if (before?.goneOn === undefined) return undefined;
    const { key, goneOn } = before;
    return { ...goneOn, generation: key.generation, step: key.step, at: new Date(store.elapsed()) };
  },
  carryOn: async ({ command, step, leaseMs }, { next, done, generation }, on) => {
    const known = standing(command);
    if (known) return known;
    const key = keyOf(command, step);
    const startedAt = new Date(store.elapsed());
    const end: AttemptEnd = { outcome: 'ok', evidence: { doneInGeneration: generation }, tries: 0 };
    const carried: StoredAttempt = { key, command, startedAt, fence: 1, leaseUntil: 0, end, goneOn: { next, done } };
    store.attempts.set(attemptName(key), carried);
    if (on.kind === 'step') return { kind: 'started', hold: { ...insertNext(store, on.attempt), leaseMs } };
    carried.told = on.park.event;
    insertPark(store, step, on.park);
    return { kind: 'ended' };
  },
});

import { attemptName } from '../../core/domain/attempt.ts';
import type { TaskReference } from '../../core/domain/task-command.ts';
import type { ParkedTask, ParkedTasks, Settlement } from '../../core/ports/parked-tasks.ts';
import { findNext, insertNext, type MemoryStore, parkName, type StoredPark } from './store.ts';

type Task = Pick<TaskReference, 'taskId' | 'generation'>;

const isSuperseded = ({ attempts }: MemoryStore, { taskId, generation }: Task): boolean =>
  [...attempts.values()].some(({ key }) => key.taskId === taskId && key.generation > generation);

const claimed = (store: MemoryStore, row: StoredPark): ParkedTask => ({
  ...row,
  claimedAt: new Date(store.elapsed()),
  superseded: isSuperseded(store, row.command),
});

const held = ({ parked }: MemoryStore, { command, key, fence }: ParkedTask): StoredPark | undefined => {
  const row = parked.get(parkName(command));
  return row?.fence === fence && row.key.step === key.step ? row : undefined;
};

const waitOn = (store: MemoryStore, row: StoredPark, { park, event, progress }: Settlement & { kind: 'parked' }) => {
  const { park: awaited, until, wakeInMs, sequence } = park;
  const wakeAt = store.elapsed() + wakeInMs;
  Object.assign(row, { park: awaited, until, wakeAt, sequence, answer: undefined, looks: row.looks + 1, failures: 0 });
  if (progress) store.events.push(progress);
  if (event === undefined) return;
  row.since = new Date(store.elapsed());
  store.events.push(event);
  const attempt = store.attempts.get(attemptName(row.key));
  if (attempt) Object.assign(attempt, { told: event, goneOn: { next: awaited, done: row.done } });
};

/** Why no parked task takes an answer. */
const unanswered = ({ attempts, parked }: MemoryStore, task: Task, digest: string) => {
  const row = parked.get(parkName(task));
  if (row) return row.answered === digest ? 'known' : 'not-waiting';
  const open = [...attempts.values()].find(
    ({ key, end }) => key.taskId === task.taskId && key.generation === task.generation && !end,
  );
  if (open === undefined) return 'not-waiting';
  return open.point?.answered === digest ? 'known' : 'early';
};

/** Parked tasks in memory: for tests, with the same promises as the real ones within one process. */
export const createMemoryParkedTasks = (store: MemoryStore): ParkedTasks => {
  const { attempts, parked, events, elapsed } = store;
  return {
    claimDue: async (limit, leaseMs) => {
      const due = [...parked.values()].filter(({ wakeAt }) => wakeAt <= elapsed());
      return due
        .toSorted((one, other) => one.wakeAt - other.wakeAt)
        .slice(0, limit)
        .map((row) => {
          row.fence += 1;
          row.wakeAt = elapsed() + leaseMs;
          return claimed(store, row);
        });
    },
    nextWakeMs: async () => {
      const next = Math.min(...[...parked.values()].map(({ wakeAt }) => wakeAt));
      return Number.isFinite(next) ? Math.max(0, next - elapsed()) : undefined;
    },
    settle: async (task, settlement) => {
      const row = held(store, task);
      if (row === undefined) return 'lost';
      if (settlement.kind === 'parked') {
        waitOn(store, row, settlement);
        return 'recorded';
      }
      if (settlement.kind === 'later') {
        const { looks, failures } = row;
        Object.assign(row, { looks: looks + 1, failures: failures + 1, wakeAt: elapsed() + settlement.afterMs });
        return 'recorded';
      }
      parked.delete(parkName(row.command));
      const attempt = attempts.get(attemptName(row.key));
      if (settlement.kind === 'ended') {
        if (attempt) attempt.told = settlement.event;
        events.push(settlement.event);
      }
      return 'recorded';
    },
    goOn: async (task, next) => {
      const row = held(store, task);
      if (row === undefined) return findNext(store, next) ?? 'lost';
      parked.delete(parkName(row.command));
      if (isSuperseded(store, row.command)) return 'lost';
      const attempt = attempts.get(attemptName(row.key));
      if (attempt) Object.assign(attempt, { told: undefined, goneOn: { next: next.next, done: row.done } });
      return insertNext(store, next);
    },
    answer: async (task, { answer, digest }) => {
      const row = parked.get(parkName(task));
      if (row?.park.kind !== answer.kind || row.answer !== undefined || row.answered === digest)
        return unanswered(store, task, digest);
      Object.assign(row, { answer, answered: digest, fence: row.fence + 1, wakeAt: elapsed() });
      return 'stored';
    },
    cancel: async (task, event) => {
      const row = parked.get(parkName(task));
      if (row === undefined) return false;
      parked.delete(parkName(task));
      const attempt = attempts.get(attemptName(row.key));
      if (attempt) attempt.told = event;
      events.push(event);
      return true;
    },
  };
};

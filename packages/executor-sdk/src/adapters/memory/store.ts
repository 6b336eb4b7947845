import { type AttemptKey, attemptName, type Hold, keyOf } from '../../core/domain/attempt.ts';
import type { DoneStep, GoneOn, StepPoint } from '../../core/domain/steps.ts';
import type { TaskCommand, TaskReference } from '../../core/domain/task-command.ts';
import type { TaskEvent } from '../../core/domain/task-events.ts';
import type { Answer, Park } from '../../core/domain/verdict.ts';
import type { AttemptEnd } from '../../core/ports/attempt-ledger.ts';
import type { NewPark, NextAttempt } from '../../core/ports/step-ledger.ts';

export type TaskKey = Pick<AttemptKey, 'taskId' | 'generation'>;

export interface StoredAttempt {
  readonly key: AttemptKey;
  /** Absent where none was started. */
  readonly command?: TaskCommand;
  readonly startedAt: Date;
  readonly point?: StepPoint;
  fence: number;
  /** On the scale of `elapsed`. */
  leaseUntil: number;
  end?: AttemptEnd;
  /** The event of its end. */
  told?: TaskEvent | undefined;
  /** The task of the same order that began with its end, and tells that. */
  followedBy?: TaskKey;
  late?: AttemptEnd;
  /** How the task went on behind it. */
  goneOn?: GoneOn;
}

export interface StoredPark {
  readonly command: TaskCommand;
  readonly key: AttemptKey;
  readonly done: readonly DoneStep[];
  readonly startedAt: Date;
  park: Park;
  fence: number;
  answer?: Answer | undefined;
  answered?: string | undefined;
  since: Date;
  until: Date;
  /** On the scale of `elapsed`; of one that is claimed, when the claim ends. */
  wakeAt: number;
  looks: number;
  failures: number;
  sequence: number;
}

/** What the ledger and the parked tasks in memory share. */
export interface MemoryStore {
  readonly attempts: Map<string, StoredAttempt>;
  /** Stored events, in order. */
  readonly events: TaskEvent[];
  /** By task and generation. */
  readonly parked: Map<string, StoredPark>;
  readonly elapsed: () => number;
}

export const parkName = ({ taskId, generation }: Pick<TaskReference, 'taskId' | 'generation'>): string =>
  `${taskId}-g${generation}`;

export const holdOf = ({ key, fence, startedAt }: StoredAttempt, leaseMs: number): Hold => ({
  key,
  fence,
  startedAt,
  leaseMs,
});

/** The held attempt while it is open; whether it has this holder's end; otherwise the end is kept as evidence. */
export const standOf = (
  { attempts }: MemoryStore,
  hold: Hold,
  end: AttemptEnd,
): StoredAttempt | 'recorded' | 'late' => {
  const attempt = attempts.get(attemptName(hold.key));
  if (attempt?.fence === hold.fence) return attempt.end ? 'recorded' : attempt;
  if (attempt) attempt.late ??= end;
  return 'late';
};

/** START of a later step. */
export const insertNext = ({ attempts, elapsed }: MemoryStore, attempt: NextAttempt): Hold => {
  const { command, next, point, leaseMs, fence } = attempt;
  const key = keyOf(command, next.step);
  if (attempts.has(attemptName(key))) throw new Error(`${attemptName(key)} stands`);
  const stored = { key, command, point, startedAt: new Date(elapsed()), fence, leaseUntil: elapsed() + leaseMs };
  attempts.set(attemptName(key), stored);
  return holdOf(stored, leaseMs);
};

/** The attempt where it was begun by this very write before, whose answer got lost. */
export const findNext = ({ attempts }: MemoryStore, { command, next, point, leaseMs, fence }: NextAttempt) => {
  const stored = attempts.get(attemptName(keyOf(command, next.step)));
  const mine = stored && !stored.end && stored.fence === fence;
  return mine && JSON.stringify(stored.point) === JSON.stringify(point) ? holdOf(stored, leaseMs) : undefined;
};

export const insertPark = ({ parked, events, elapsed }: MemoryStore, step: string, given: NewPark): void => {
  const { command, park, done, answered, startedAt, until, wakeInMs, sequence, event } = given;
  const since = new Date(elapsed());
  const counts = { fence: 1, looks: 0, failures: 0, sequence };
  const key = keyOf(command, step);
  const times = { startedAt, since, until, wakeAt: elapsed() + wakeInMs };
  parked.set(parkName(command), { command, key, park, done, answered, ...times, ...counts });
  events.push(event);
};

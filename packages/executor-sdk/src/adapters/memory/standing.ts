import { attemptName, type InDoubtAttempt } from '../../core/domain/attempt.ts';
import type { TaskEvent } from '../../core/domain/task-events.ts';
import type { StartAnswer } from '../../core/ports/attempt-ledger.ts';
import type { StoredAttempt, TaskKey } from './store.ts';

export const inDoubt = ({ key, fence, startedAt, command, point }: StoredAttempt): InDoubtAttempt => {
  if (!command) throw new Error(`${attemptName(key)} never started`);
  return { key, fence, startedAt, command, ...(point && { point }) };
};

interface Standing {
  readonly attempts: ReadonlyMap<string, StoredAttempt>;
  readonly events: TaskEvent[];
  readonly elapsed: () => number;
  readonly repetition: () => string;
}

/** What is known of a task, and of those that began with its end. */
export const createStanding = ({ attempts, events, elapsed, repetition }: Standing) => {
  /** Told again it is another message to the bus, and the same event to who knows it. */
  const tellEnd = ({ told, followedBy }: StoredAttempt): void => {
    if (followedBy) tellEndsOf(followedBy);
    else if (told) events.push({ ...told, dedupId: `${told.dedupId}-${repetition()}` });
  };
  const tellEndsOf = ({ taskId, generation }: TaskKey): void => {
    for (const attempt of attempts.values())
      if (attempt.key.taskId === taskId && attempt.key.generation === generation) tellEnd(attempt);
  };
  const answerFor = (attempt: StoredAttempt): StartAnswer | undefined => {
    if (attempt.followedBy) return standing(attempt.followedBy);
    if (attempt.end) {
      tellEnd(attempt);
      return { kind: 'ended' };
    }
    const leaseLeftMs = attempt.leaseUntil - elapsed();
    return leaseLeftMs > 0 ? { kind: 'running', leaseLeftMs } : { kind: 'in-doubt', attempt: inDoubt(attempt) };
  };
  /** What is already known that speaks against a new attempt. */
  const standing = ({ taskId, generation }: TaskKey): StartAnswer | undefined => {
    const ofTask = [...attempts.values()].filter(({ key }) => key.taskId === taskId);
    if (ofTask.some(({ key }) => key.generation > generation)) return { kind: 'superseded' };
    const same = ofTask.filter(({ key }) => key.generation === generation);
    const rival =
      same.find(({ end }) => !end) ?? same.findLast(({ told, followedBy }) => told ?? followedBy) ?? same.at(-1);
    return rival && answerFor(rival);
  };
  const hasBegun = ({ taskId, generation }: TaskKey): boolean =>
    [...attempts.values()].some(({ key }) => key.taskId === taskId && key.generation >= generation);

  return { standing, tellEndsOf, hasBegun };
};

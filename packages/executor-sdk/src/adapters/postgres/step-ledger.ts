import { outboxValues } from '@pao/postgres';
import type { Hold } from '../../core/domain/attempt.ts';
import type { GoneOn } from '../../core/domain/steps.ts';
import { storableText } from '../../core/domain/storable.ts';
import type { AttemptEnd } from '../../core/ports/attempt-ledger.ts';
import type { DoneBefore, NewPark, NextAttempt, StepLedger } from '../../core/ports/step-ledger.ts';
import { createTellEnd } from './attempt-ledger.ts';
import type { PostgresLedgerOptions } from './batched-writes.ts';
import { createKeepLate } from './keep-late.ts';
import { toMessage } from './messages.ts';
import { createFindStanding } from './standing.ts';
import * as sql from './step-statements.ts';

export interface StartedRow {
  readonly fence: number;
  readonly started_at: Date;
}

export const goneOnText = ({ next, done }: GoneOn): string => JSON.stringify({ next, done });

/** $1 to $9 of START of a later step. */
export const nextValues = ({ owner }: PostgresLedgerOptions, { command, next, point, leaseMs, fence }: NextAttempt) => [
  ...[command.taskId, command.generation, next.step, JSON.stringify(command), fence, leaseMs],
  ...[owner.instance, owner.bootId, JSON.stringify(point)],
];

export const nextHold = ({ command, next, leaseMs }: NextAttempt, { fence, started_at }: StartedRow): Hold => ({
  key: { taskId: command.taskId, generation: command.generation, step: next.step },
  fence,
  startedAt: started_at,
  leaseMs,
});

/** What people and polls see of a park, in columns. */
export const waitValues = ({ park }: Pick<NewPark, 'park'>) => [
  park.kind,
  storableText(park.what),
  park.url === undefined ? null : storableText(park.url),
  JSON.stringify(park),
];

/** $1 to $9 of a parked task. */
const parkValues = (parked: NewPark) => {
  const { command, done, startedAt } = parked;
  const task = [command.taskId, command.generation, JSON.stringify(command)];
  return [...task, ...waitValues(parked), JSON.stringify(done), startedAt];
};

/** $16 to $19. */
const timeValues = ({ until, wakeInMs, sequence, answered }: NewPark) => [until, wakeInMs, sequence, answered ?? null];

const endValues = ({ key, fence }: Hold, { evidence, externalRef, tries }: AttemptEnd, goneOn: GoneOn) => [
  ...[key.step, fence, JSON.stringify(evidence), externalRef ?? null, tries],
  goneOnText(goneOn),
];

/** The attempt that a write begun before whose answer was lost; undefined when it is somebody else's. */
export const createFindNext =
  ({ database }: PostgresLedgerOptions) =>
  async (attempt: NextAttempt): Promise<Hold | undefined> => {
    const { command, next, point, fence } = attempt;
    const values = [command.taskId, command.generation, next.step, fence, JSON.stringify(point)];
    const [row] = await database.query<StartedRow>({ name: 'attempt-find-next', text: sql.FIND_NEXT, values });
    return row && nextHold(attempt, row);
  };

/** Steps on PostgreSQL: one statement ends one and begins the next. */
export const createPostgresStepLedger = (options: PostgresLedgerOptions): StepLedger => {
  const { database, owner, onMessages } = options;
  const findNext = createFindNext(options);
  const findStanding = createFindStanding(options, createTellEnd(options));

  const keepLate = createKeepLate(options);

  return {
    advance: async (hold, end, next) => {
      const goneOn = { next: next.next, done: next.point.done };
      const values = [...nextValues(options, next), ...endValues(hold, end, goneOn)];
      const [row] = await database.query<StartedRow>({ name: 'attempt-advance', text: sql.ADVANCE, values });
      if (row) return nextHold(next, row);
      return (await keepLate(hold, end)) === 'recorded' ? ((await findNext(next)) ?? 'late') : 'late';
    },
    park: async (hold, end, parked) => {
      const { park, done, event } = parked;
      const ending = endValues(hold, end, { next: park, done });
      const told = [event.body, ...outboxValues([toMessage(event)])];
      const values = [...parkValues(parked), ...ending, ...timeValues(parked), ...told];
      const rows = await database.query({ name: 'attempt-park', text: sql.PARK, values });
      if (rows.length === 0) return keepLate(hold, end);
      onMessages();
      return 'recorded';
    },
    lastDone: async ({ taskId, generation }) => {
      const [row] = await database.query<Pick<DoneBefore, 'generation' | 'step' | 'at'> & { readonly next: string }>({
        name: 'attempt-last-done',
        text: sql.LAST_DONE,
        values: [taskId, generation],
      });
      if (row === undefined) return undefined;
      const { generation: earlier, step, at } = row;
      return { ...(JSON.parse(row.next) as GoneOn), generation: earlier, step, at };
    },
    carryOn: async ({ command, step }, before, on) => {
      const evidence = JSON.stringify({ doneInGeneration: before.generation });
      const { requestId, tenantId, action, fingerprint } = command;
      const about = [step, requestId, tenantId, action.type, fingerprint];
      if (on.kind === 'step') {
        const values = [...nextValues(options, on.attempt), ...about, evidence, goneOnText(before)];
        const [row] = await database.query<StartedRow>({ name: 'attempt-carry-step', text: sql.CARRY_STEP, values });
        return row ? { kind: 'started', hold: nextHold(on.attempt, row) } : findStanding(command);
      }
      const { event } = on.park;
      const ending = [owner.instance, ...timeValues(on.park), owner.bootId, evidence, goneOnText(before)];
      const told = [event.body, ...outboxValues([toMessage(event)])];
      const values = [...parkValues(on.park), ...about, ...ending, ...told];
      const rows = await database.query({ name: 'attempt-carry-park', text: sql.CARRY_PARK, values });
      if (rows.length === 0) return findStanding(command);
      onMessages();
      return { kind: 'ended' };
    },
  };
};

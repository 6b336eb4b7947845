import { outboxValues, type Queryable } from '@pao/postgres';
import type { Request } from '../../core/domain/request.ts';
import type { NextVersion } from '../../core/ports/request-store.ts';
import { auditRow, stateRow, taskChangeRow } from './request-rows.ts';
import { SAVE } from './request-statements.ts';
import { logRow } from './task-logs.ts';

export interface Saving {
  readonly eventId: string;
  readonly before: Request;
  readonly next: NextVersion;
}

export type SaveOutcome = 'saved' | 'conflict' | 'handled';

/** Saves next versions together. Of two of one request the first is tried; the other is in conflict with it. */
export const saveAll =
  (database: Queryable) =>
  async (all: readonly Saving[]): Promise<readonly SaveOutcome[]> => {
    const first = new Map<string, Saving>();
    for (const saving of all) if (!first.has(saving.before.id)) first.set(saving.before.id, saving);
    const rows = await database.query<{ request_id: string; outcome: SaveOutcome }>({
      ...SAVE,
      values: valuesOf([...first.values()]),
    });
    const outcomes = new Map(rows.map(({ request_id, outcome }) => [request_id, outcome]));
    return all.map((saving) => {
      const { id } = saving.before;
      return (first.get(id) === saving ? outcomes.get(id) : undefined) ?? 'conflict';
    });
  };

const valuesOf = (all: readonly Saving[]): unknown[] => [
  JSON.stringify(
    all.map(({ eventId, before, next }) => ({
      ...stateRow(next.request),
      event_id: eventId,
      version: before.version,
      next_version: next.request.version,
      ...(next.logs && next.logs.length > 0 && { logs: next.logs.map(logRow) }),
    })),
  ),
  JSON.stringify(all.flatMap(changedTasks)),
  JSON.stringify(all.flatMap(({ next }) => next.changes.map((change) => auditRow(next.request.id, change)))),
  ...outboxValues(all.flatMap(({ next }) => next.messages)),
];

/** Rows of the tasks that are not the same objects as before; those that are new come with a person's decision alone. */
export const changedTasks = ({ before, next: { request } }: Omit<Saving, 'eventId'>) =>
  before.tasks.flatMap((task, index) => {
    const next = request.tasks[index];
    return next === undefined || next === task ? [] : [taskChangeRow(request.id, next)];
  });

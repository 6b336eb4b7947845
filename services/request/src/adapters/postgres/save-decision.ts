import { outboxValues, type Queryable } from '@pao/postgres';
import type { Request } from '../../core/domain/request.ts';
import type { Answer, NextVersion } from '../../core/ports/request-store.ts';
import { changedApprovals } from './approval-rows.ts';
import { auditRow, stateRow, undoRow } from './request-rows.ts';
import { SAVE_DECISION } from './request-statements.ts';
import { changedTasks } from './save-requests.ts';

/** Saves what a person decided, if the request still is what was decided on. */
export const saveDecision =
  (database: Queryable) =>
  async (before: Request, next: NextVersion, answer?: Answer): Promise<'saved' | 'conflict' | 'answered'> => {
    const { request, changes, messages } = next;
    const [row] = await database.query<{ saved: boolean; unchanged: boolean }>({
      ...SAVE_DECISION,
      values: [
        JSON.stringify([{ ...stateRow(request), version: before.version, escalation_round: request.escalationRound }]),
        JSON.stringify(changedTasks({ before, next })),
        JSON.stringify(changes.map((change) => auditRow(request.id, change))),
        JSON.stringify(answer ? [answerRow(answer)] : []),
        JSON.stringify(changedApprovals(before, request)),
        JSON.stringify(request.tasks.slice(before.tasks.length).map((task) => undoRow(request.id, task))),
        ...outboxValues(messages),
      ],
    });
    if (row?.saved === true) return 'saved';
    return row?.unchanged === true ? 'answered' : 'conflict';
  };

const answerRow = ({ key: { tenantId, ...key }, stored }: Answer) => ({ tenant_id: tenantId, ...key, ...stored });

import type { Database } from '@pao/postgres';
import type { Ticket, Tickets } from '../../core/ports/ticket-system.ts';

const OF_REQUEST = {
  name: 'tickets-of-request',
  text: `SELECT task_id AS "taskId", generation, action_type AS "actionType", external_ref AS key, evidence ->> 'url' AS url,
  finished_at AS "createdAt"
FROM attempt WHERE request_id = $1 AND external_ref IS NOT NULL AND tenant = $2 AND action_type = ANY ($3::text[])
  AND finished_at IS NOT NULL
ORDER BY finished_at, task_id, generation LIMIT $4`,
};

/** The tickets that stand in the ledger. */
export const createPostgresTickets = (database: Database): Tickets => ({
  ofRequest: ({ requestId, tenantId, actionTypes }, limit) =>
    database.query<Ticket>({ ...OF_REQUEST, values: [requestId, tenantId, actionTypes, limit] }),
});

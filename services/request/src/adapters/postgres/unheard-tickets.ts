import type { Database } from '@pao/postgres';
import type { UnheardTickets } from '../../core/ports/unheard-tickets.ts';

/** A task that people do: without a ticket where it was handed over, or with that of its own action. */
const WAITS = `EXISTS (SELECT 1 FROM tasks t WHERE t.request_id = s.request_id AND t.status = 'waiting' AND t.waiting_for IS NULL
    AND (s.status <> 'escalated' OR t.ticket_key IS NULL))`;

const LOOKS = `floor(extract(epoch FROM $1::timestamptz - s.updated_at) * 1000 / $2::float8)::bigint`;

const FIND = {
  name: 'tickets-unheard',
  text: `SELECT s.request_id AS id FROM request_states s
WHERE s.status IN ('escalating', 'escalated', 'processing', 'failed') AND s.status <> 'completed'
  AND CASE s.status WHEN 'escalating' THEN ${LOOKS} >= 1
    ELSE (${LOOKS} = 6 OR ${LOOKS} > 0 AND ${LOOKS} % 144 = 0) AND ${WAITS} END
  AND NOT EXISTS (SELECT 1 FROM outbox WHERE group_id = s.request_id::text)
ORDER BY s.updated_at LIMIT $3`,
};

export const createPostgresUnheardTickets = (database: Database): UnheardTickets => ({
  find: async ({ at, everyMs, limit }) =>
    (await database.query<{ id: string }>({ ...FIND, values: [at, everyMs, limit] })).map(({ id }) => id),
});

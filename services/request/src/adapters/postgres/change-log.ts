import type { Database } from '@pao/postgres';
import type { ChangeLog, LoggedChange } from '../../core/ports/change-log.ts';

// A moment is a snapshot of Postgres: which transactions had ended. Ids of transactions and sequences are given out in another order
// than transactions end in, so neither says what is new; what a snapshot did not see, and another does, says exactly that.

const NOW = { name: 'changes-now', text: 'SELECT pg_current_snapshot()::text AS moment' };

const READ = {
  name: 'changes-read',
  text: `WITH bounds AS MATERIALIZED (SELECT coalesce($2::pg_snapshot, pg_current_snapshot()) AS until)
SELECT bounds.until::text AS until, found.* FROM bounds LEFT JOIN LATERAL (
  SELECT a.request_id AS "requestId", a.written_by AS "writtenBy", a.sequence, a.at, a.actor, a.change, a.task_id AS "taskId",
    a.from_status AS "from", a.to_status AS "to", a.correlation_id AS "correlationId", a.trace_id AS "traceId", a.reason,
    a.generation, encode(a.hash, 'hex') AS hash, r.tenant_id AS "tenantId", r.name, r.kind, r.catalog_id AS "catalogId",
    r.requested_by AS "requestedBy", r.requester ->> 'id' AS "requesterId", r.teams
  FROM audit a JOIN requests r ON r.id = a.request_id
  WHERE a.written_by >= pg_snapshot_xmin($1::pg_snapshot) AND a.written_by < pg_snapshot_xmax(bounds.until)
    AND NOT pg_visible_in_snapshot(a.written_by, $1::pg_snapshot) AND pg_visible_in_snapshot(a.written_by, bounds.until)
    AND ($3::xid8 IS NULL OR (a.written_by, a.request_id, a.sequence) > ($3::xid8, $4::uuid, $5::integer))
    AND ($6::text IS NULL OR r.tenant_id = $6::text)
    AND ($7::text IS NULL OR r.requested_by = $7::text OR r.requester ->> 'id' = $8::text)
    AND ($9::text IS NULL OR r.teams @> ARRAY[$9::text])
  ORDER BY a.written_by, a.request_id, a.sequence LIMIT $10
) AS found ON true`,
};

/** Without a change where there is none: then it tells the moment alone. */
type Row = Omit<LoggedChange, 'writtenBy'> & { readonly until: string; readonly writtenBy: string | null };

/** The audit of all requests as it was written, in Postgres. */
export const createPostgresChangeLog = (database: Database): ChangeLog => ({
  now: async () => {
    const [row] = await database.query<{ moment: string }>(NOW);
    if (!row) throw new Error('the database names no snapshot');
    return row.moment;
  },
  read: async ({ since, until, after, selection, limit }) => {
    const rows = await database.query<Row>({
      ...READ,
      values: [
        since,
        until ?? null,
        after?.writtenBy ?? null,
        after?.requestId ?? null,
        after?.sequence ?? null,
        selection?.tenantId ?? null,
        selection?.person?.email ?? null,
        selection?.person?.id ?? null,
        selection?.team ?? null,
        limit,
      ],
    });
    const [first] = rows;
    if (!first) throw new Error('the database names no snapshot');
    return {
      until: first.until,
      changes: rows.flatMap(({ until: _until, ...row }) =>
        row.writtenBy === null ? [] : [{ ...row, writtenBy: row.writtenBy }],
      ),
    };
  },
});

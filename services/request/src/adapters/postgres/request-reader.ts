import type { Database } from '@pao/postgres';
import type { Change } from '../../core/domain/audit.ts';
import type { AuditPosition, RequestFilter, RequestReader, RequestRow } from '../../core/ports/request-reader.ts';

const LIST = `SELECT r.id, r.submission_id AS "submissionId", s.status, r.kind, r.catalog_id AS "catalogId",
  r.catalog_version AS "catalogVersion", r.name, r.requested_by AS "requestedBy", s.completed_tasks AS "completedTasks",
  s.skipped_tasks AS "skippedTasks",
  s.total_tasks AS "totalTasks", r.created_at AS "createdAt", s.updated_at AS "updatedAt"
FROM requests r JOIN request_states s ON s.request_id = r.id`;

const CHANGES = {
  name: 'request-changes',
  text: `SELECT sequence, at, actor, change, task_id AS "taskId", from_status AS "from", to_status AS "to",
  correlation_id AS "correlationId", trace_id AS "traceId", reason, generation, encode(hash, 'hex') AS hash
FROM audit WHERE request_id = $1 AND sequence > $2 ORDER BY sequence`,
};

const POSITIONS = {
  name: 'request-positions',
  text: `SELECT request_id AS "requestId", tenant_id AS "tenantId", audit_sequence AS sequence, status
FROM request_states WHERE request_id = ANY ($1::uuid[])`,
};

/** Reads for people, in Postgres. */
export const createPostgresRequestReader = (database: Database): RequestReader => ({
  list: (filter) => database.query<RequestRow>(listStatement(filter)),
  changesAfter: (requestId, sequence) => database.query<Change>({ ...CHANGES, values: [requestId, sequence] }),
  positions: (requestIds) => database.query<AuditPosition>({ ...POSITIONS, values: [requestIds] }),
});

const ID = { r: 'id', s: 'request_id' };

/** Not prepared: which index serves best depends on the filters that are given and on their values. */
const listStatement = (filter: RequestFilter): { text: string; values: unknown[] } => {
  const values: unknown[] = [];
  const given = (value: unknown): string => `$${values.push(value)}`;
  const conditions: string[] = [];
  // Said of both tables, so that whichever is read first serves by its index, and neither is read further than needed.
  const ofBoth = (column: { readonly r: string; readonly s: string }, condition: string): void => {
    conditions.push(`r.${column.r} ${condition}`, `s.${column.s} ${condition}`);
  };
  ofBoth({ r: 'tenant_id', s: 'tenant_id' }, `= ${given(filter.tenantId)}`);
  if (filter.before !== undefined) ofBoth(ID, `< ${given(filter.before)}`);
  if (filter.since !== undefined) {
    ofBoth(ID, `>= ${given(firstIdOf(filter.since))}`);
    conditions.push(`r.created_at >= ${given(filter.since)}`);
  }
  if (filter.status !== undefined) conditions.push(`s.status = ${given(filter.status)}`);
  if (filter.catalogId !== undefined) conditions.push(`r.catalog_id = ${given(filter.catalogId)}`);
  if (filter.requestedBy !== undefined) conditions.push(`r.requested_by = ${given(filter.requestedBy)}`);
  if (filter.text !== undefined) conditions.push(`strpos(lower(r.name), lower(${given(filter.text)})) > 0`);
  return { text: `${LIST} WHERE ${conditions.join(' AND ')} ORDER BY r.id DESC LIMIT ${given(filter.limit)}`, values };
};

/** The lowest UUIDv7 of a millisecond: a request's id is never older than its time of creation. */
const firstIdOf = (at: Date): string => {
  const time = Math.max(at.getTime(), 0).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`;
};

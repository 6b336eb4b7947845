import { firstUuidV7 } from '@pao/kernel';
import type { Database, Statement } from '@pao/postgres';
import type { Change } from '../../core/domain/audit.ts';
import type { AuditPosition, RequestFilter, RequestReader, RequestRow } from '../../core/ports/request-reader.ts';
import { type Conditions, createConditions } from './conditions.ts';

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

/** Not prepared: which index serves best depends on the filters that are given and on their values. */
const listStatement = (filter: RequestFilter): Statement => {
  const all = createConditions();
  // Said of both tables, so that whichever is read first serves by its index, and neither is read further than needed.
  const id = (condition: string): void => all.add(`r.id ${condition}`, `s.request_id ${condition}`);
  const tenant = all.given(filter.tenantId);
  all.add(`r.tenant_id = ${tenant}`, `s.tenant_id = ${tenant}`);
  const equals = (column: string, value: unknown): void => {
    if (value !== undefined) all.add(`${column} = ${all.given(value)}`);
  };
  if (filter.since !== undefined) {
    id(`>= ${all.given(firstUuidV7(filter.since))}`);
    all.add(`r.created_at >= ${all.given(filter.since)}`);
  }
  if (filter.until !== undefined) {
    id(`< ${all.given(firstUuidV7(new Date(filter.until.getTime() + LATE_ID_MS)))}`);
    all.add(`r.created_at < ${all.given(filter.until)}`);
  }
  // One by one: so the index that leaves out what is completed serves for any other.
  if (filter.statuses !== undefined)
    all.add(`s.status IN (${filter.statuses.map((status) => all.given(status)).join(', ')})`);
  equals('r.catalog_id', filter.catalogId);
  if (filter.catalogItemId !== undefined) all.add("r.kind = 'item'");
  equals('r.catalog_id', filter.catalogItemId);
  if (filter.bundleId !== undefined) all.add("r.kind = 'bundle'");
  equals('r.catalog_id', filter.bundleId);
  equals('r.requested_by', filter.requestedBy);
  if (filter.team !== undefined) all.add(`r.teams @> ARRAY[${all.given(filter.team)}]`);
  if (filter.text !== undefined) all.add(`lower(r.name) LIKE lower(${all.given(containing(filter.text))})`);
  return { text: `${LIST} ${inOrder(filter, all)} LIMIT ${all.given(filter.limit)}`, values: all.values };
};

/** The conditions with that of the page, and the order. */
const inOrder = ({ sort, after }: RequestFilter, all: Conditions): string => {
  if (sort === '-updatedAt') {
    if (after) all.add(`(s.updated_at, s.request_id) < (${all.given(after.updatedAt)}, ${all.given(after.id)})`);
    return `${all.where()} ORDER BY s.updated_at DESC, s.request_id DESC`;
  }
  const [comparison, direction] = sort === 'createdAt' ? ['>', 'ASC'] : ['<', 'DESC'];
  if (after) {
    const id = all.given(after.id);
    all.add(`r.id ${comparison} ${id}`, `s.request_id ${comparison} ${id}`);
  }
  return `${all.where()} ORDER BY r.id ${direction}`;
};

/** A pattern for LIKE of what contains this text, whatever it consists of. */
const containing = (text: string): string => `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;

/** A request's id is made after its time of creation was read, and by far not this much later. */
const LATE_ID_MS = 3_600_000;

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
  const requests = createConditions();
  const states = createConditions(requests.values);
  // Said of both tables, so that whichever is read first serves by its index, and neither is read further than needed.
  const id = (condition: string): void => {
    requests.add(`r.id ${condition}`);
    states.add(`s.request_id ${condition}`);
  };
  const tenant = requests.given(filter.tenantId);
  requests.add(`r.tenant_id = ${tenant}`);
  states.add(`s.tenant_id = ${tenant}`);
  if (filter.since !== undefined) {
    id(`>= ${requests.given(firstUuidV7(filter.since))}`);
    requests.add(`r.created_at >= ${requests.given(filter.since)}`);
  }
  if (filter.until !== undefined) {
    id(`< ${requests.given(firstUuidV7(new Date(filter.until.getTime() + LATE_ID_MS)))}`);
    requests.add(`r.created_at < ${requests.given(filter.until)}`);
  }
  // One by one: so the index that leaves out what is completed serves for any other.
  if (filter.statuses !== undefined)
    states.add(`s.status IN (${filter.statuses.map((status) => states.given(status)).join(', ')})`);
  addAbout(filter, requests);
  if (filter.sort === '-updatedAt') {
    const { after } = filter;
    if (after)
      states.add(`(s.updated_at, s.request_id) < (${states.given(after.updatedAt)}, ${states.given(after.id)})`);
  } else if (filter.after) id(`${filter.sort === 'createdAt' ? '>' : '<'} ${requests.given(filter.after.id)}`);
  return { text: inOrder(filter, requests, states), values: requests.values };
};

/** What was asked for, and by whom. */
const addAbout = (filter: RequestFilter, requests: Conditions): void => {
  const equals = (column: string, value: unknown): void => {
    if (value !== undefined) requests.add(`${column} = ${requests.given(value)}`);
  };
  equals('r.catalog_id', filter.catalogId);
  if (filter.catalogItemId !== undefined) requests.add("r.kind = 'item'");
  equals('r.catalog_id', filter.catalogItemId);
  if (filter.bundleId !== undefined) requests.add("r.kind = 'bundle'");
  equals('r.catalog_id', filter.bundleId);
  equals('r.requested_by', filter.requestedBy);
  if (filter.team !== undefined) requests.add(`r.teams @> ARRAY[${requests.given(filter.team)}]`);
  if (filter.text !== undefined) requests.add(`lower(r.name) LIKE lower(${requests.given(containing(filter.text))})`);
};

const inOrder = (
  { sort, text, statuses, limit: most }: RequestFilter,
  requests: Conditions,
  states: Conditions,
): string => {
  const limit = requests.given(most);
  const both = `${LIST} WHERE ${requests.all()} AND ${states.all()}`;
  if (sort === '-updatedAt') return `${both} ORDER BY s.updated_at DESC, s.request_id DESC LIMIT ${limit}`;
  const direction = sort === 'createdAt' ? 'ASC' : 'DESC';
  if (text === undefined || statuses !== undefined) return `${both} ORDER BY r.id ${direction} LIMIT ${limit}`;
  // Names are looked through by an index that has them; the rows, and the states, are read of what is found alone.
  const named = (length: string): string =>
    `(SELECT r.id FROM requests r WHERE ${requests.all()} AND octet_length(r.name) ${length} ORDER BY r.id ${direction} LIMIT ${limit})`;
  return `${LIST} JOIN (
  SELECT id FROM (${named('<= 500')} UNION ALL ${named('> 500')}) AS named ORDER BY id ${direction} LIMIT ${limit}
) AS found ON found.id = r.id WHERE ${states.all()} ORDER BY r.id ${direction}`;
};

/** A pattern for LIKE of what contains this text, whatever it consists of. */
const containing = (text: string): string => `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;

/** A request's id is made after its time of creation was read, and by far not this much later. */
const LATE_ID_MS = 3_600_000;

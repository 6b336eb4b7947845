import type { Database, Statement } from '@pao/postgres';
import type { AuditFilter, AuditReader, AuditRow, StoredChain } from '../../core/ports/audit-reader.ts';
import { type Conditions, createConditions } from './conditions.ts';

const ROW = `a.request_id AS "requestId", a.sequence, a.at, a.recorded_at AS "recordedAt", a.actor, a.change, a.task_id AS "taskId",
  a.from_status AS "from", a.to_status AS "to", a.correlation_id AS "correlationId", a.trace_id AS "traceId", a.reason, a.generation,
  encode(a.hash, 'hex') AS hash`;

const LISTED = `SELECT ${ROW} FROM audit a JOIN audited_requests r ON r.id = a.request_id`;

/** One statement, so that a chain and its end are of the same moment. Where a request was removed, its end is told by what stayed. */
const CHAINS = `SELECT r.id AS "chainOf", coalesce(s.audit_sequence, g.audit_sequence) AS "claimedSequence",
  encode(coalesce(s.audit_hash, g.audit_hash), 'hex') AS "claimedHash", ${ROW}
FROM (SELECT id FROM audited_requests r`;
const AND_ROWS = `) r LEFT JOIN request_states s ON s.request_id = r.id LEFT JOIN removed_requests g ON g.request_id = r.id
  LEFT JOIN audit a ON a.request_id = r.id ORDER BY r.id, a.sequence`;

/**
 * No statement runs longer than half a minute, so what began a minute ago is over, whatever the connections say; a transaction that
 * is at work all the same holds the moment back.
 */
const SETTLED = `SELECT date_trunc('milliseconds', least(now() - interval '1 minute', min(xact_start))) AS at
FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'`;

/** Of a chain that was removed as well, its end is known as long as it was all recorded before the moment. */
const HEADS = `SELECT r.id AS "requestId", coalesce(a.sequence, g.audit_sequence, 0) AS sequence,
  coalesce(encode(coalesce(a.hash, g.audit_hash), 'hex'), '') AS hash
FROM (SELECT id FROM (SELECT id, tenant_id FROM requests UNION ALL SELECT request_id, tenant_id FROM removed_requests) r`;
const AND_HEADS = `) r LEFT JOIN LATERAL (SELECT sequence, hash FROM audit
  WHERE request_id = r.id AND recorded_at < $1 ORDER BY sequence DESC LIMIT 1) a ON true
LEFT JOIN removed_requests g ON g.request_id = r.id AND g.audit_removed_at IS NOT NULL AND g.recorded_at < $1 ORDER BY r.id`;

/** Reads of the audit, in Postgres. Not prepared: which index serves best depends on the filters and on their values. */
export const createPostgresAuditReader = (database: Database): AuditReader => ({
  latest: (filter, { before, limit }) => {
    const all = filtered(filter);
    if (before) {
      const place = [before.at, before.requestId, before.sequence].map((value) => all.given(value));
      all.add(`(a.at, a.request_id, a.sequence) < (${place.join(', ')})`);
    }
    const order = 'ORDER BY a.at DESC, a.request_id DESC, a.sequence DESC';
    return database.query<AuditRow>(statement(LISTED, all, `${order} LIMIT ${all.given(limit)}`));
  },
  inChains: (filter, { after, limit }) => {
    const all = filtered(filter);
    if (after) all.add(`(a.request_id, a.sequence) > (${all.given(after.requestId)}, ${all.given(after.sequence)})`);
    return database.query<AuditRow>(
      statement(LISTED, all, `ORDER BY a.request_id, a.sequence LIMIT ${all.given(limit)}`),
    );
  },
  chains: async (tenantId, { requestId, after, limit }) => {
    const all = createConditions();
    ofTenant(all, tenantId, after);
    if (requestId !== undefined) all.add(`r.id = ${all.given(requestId)}`);
    const rest = `ORDER BY r.id LIMIT ${all.given(limit)} ${AND_ROWS}`;
    return chainsOf(await database.query<ChainRow>(statement(CHAINS, all, rest)));
  },
  settledUntil: async () => {
    const [row] = await database.query<{ at: Date }>({ text: SETTLED });
    if (!row) throw new Error('the database does not say the time');
    return row.at;
  },
  heads: async (tenantId, { upTo, after, limit }) => {
    const all = createConditions();
    all.given(upTo);
    ofTenant(all, tenantId, after);
    return database.query(statement(HEADS, all, `ORDER BY r.id LIMIT ${all.given(limit)} ${AND_HEADS}`));
  },
});

const statement = (select: string, all: Conditions, rest: string): Statement => ({
  text: `${select} ${all.where()} ${rest}`,
  values: all.values,
});

const ofTenant = (all: Conditions, tenantId: string, after: string | undefined): void => {
  all.add(`r.tenant_id = ${all.given(tenantId)}`);
  if (after !== undefined) all.add(`r.id > ${all.given(after)}`);
};

const filtered = (filter: AuditFilter): Conditions => {
  const all = createConditions();
  const equals = (column: string, value: unknown): void => {
    if (value !== undefined) all.add(`${column} = ${all.given(value)}`);
  };
  equals('r.tenant_id', filter.tenantId);
  equals('a.request_id', filter.requestId);
  equals('a.actor', filter.actor);
  equals('a.change', filter.change);
  if (filter.catalogItemId !== undefined) all.add("r.kind = 'item'");
  equals('r.catalog_id', filter.catalogItemId);
  if (filter.bundleId !== undefined) all.add("r.kind = 'bundle'");
  equals('r.catalog_id', filter.bundleId);
  if (filter.since !== undefined) all.add(`a.at >= ${all.given(filter.since)}`);
  if (filter.until !== undefined) all.add(`a.at < ${all.given(filter.until)}`);
  return all;
};

/** A chain without rows, or without an end, has nulls in their place. */
type ChainRow = Omit<AuditRow, 'requestId'> & {
  readonly chainOf: string;
  readonly requestId: string | null;
  readonly claimedSequence: number | null;
  readonly claimedHash: string | null;
};

const chainsOf = (rows: readonly ChainRow[]): readonly StoredChain[] =>
  [...Map.groupBy(rows, ({ chainOf }) => chainOf)].map(([requestId, found]) => {
    const { claimedSequence: sequence, claimedHash: hash } = found[0] ?? { claimedSequence: null, claimedHash: null };
    return {
      requestId,
      rows: found.flatMap(({ chainOf, claimedSequence: _sequence, claimedHash: _hash, ...row }) =>
        row.requestId === null ? [] : [{ ...row, requestId: chainOf }],
      ),
      claimed: sequence === null || hash === null ? null : { sequence, hash },
    };
  });

import type { Database, Statement } from '@pao/postgres';
import test from 'ava';
import { createPostgresAuditReader } from '../src/adapters/postgres/audit-reader.ts';
import { createPostgresRequestReader } from '../src/adapters/postgres/request-reader.ts';
import type { AuditFilter } from '../src/core/ports/audit-reader.ts';
import type { RequestFilter, RequestRow } from '../src/core/ports/request-reader.ts';
import { closeStores, openStores } from './stores.ts';

test.after.always(closeStores);

const REQUESTS = 20_000;

/** As many requests, three rows of audit each; every two hundredth failed, every fiftieth is of a small tenant. */
const FILL = [
  `INSERT INTO requests (id, submission_id, tenant_id, requested_by, requester, kind, catalog_id, catalog_version, catalog_hash, name,
    input, correlation_id, created_at)
  SELECT (lpad(to_hex((1767225600000 + n * 60000)::bigint), 12, '0') || '7000800' || lpad(to_hex(n), 13, '0'))::uuid, gen_random_uuid(),
    CASE WHEN n % 50 = 0 THEN 'small' ELSE 'default' END, 'user' || n % 300, json_build_object('teams', ARRAY['team' || n % 40, 'all']),
    'item', 'doc-' || n % 60, '1.0.0', 'h', md5(n::text) || n, '{}', 'c', to_timestamp(1767225600 + n * 60)
  FROM generate_series(1, ${REQUESTS}) AS n`,
  `INSERT INTO request_states (request_id, tenant_id, status, version, completed_tasks, total_tasks, audit_sequence, audit_hash, updated_at)
  SELECT id, tenant_id, CASE WHEN row_number() OVER () % 201 = 0 THEN 'failed' ELSE 'completed' END, 1, 1, 1, 3, '', created_at FROM requests`,
  `INSERT INTO audit (request_id, sequence, at, actor, change, to_status, correlation_id, hash)
  SELECT id, n, created_at, CASE n WHEN 1 THEN requested_by ELSE 'executor' END,
    (ARRAY['request-submitted', 'task-queued', 'task-completed'])[n], 'x', 'c', '' FROM requests, generate_series(1, 3) AS n`,
  'VACUUM ANALYZE requests, request_states, audit',
];

/** A reader of whose statements the plans are kept. */
const explaining = (database: Database, plans: string[]): Database => ({
  ...database,
  query: async <Row>(statement: Statement): Promise<readonly Row[]> => {
    const text = `EXPLAIN (COSTS OFF) ${statement.text}`;
    const rows = await database.query<{ 'QUERY PLAN': string }>({ ...statement, text });
    plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
    return [];
  },
});

const MIDDLE = new Date(1_767_225_600_000 + (REQUESTS / 2) * 60_000);

const LISTS: readonly Partial<RequestFilter>[] = [
  {},
  { sort: 'createdAt' },
  { sort: '-updatedAt' },
  { sort: '-updatedAt', after: { id: '019b76da-a800-7000-8000-000000000000', updatedAt: MIDDLE } },
  { statuses: ['failed'] },
  { statuses: ['failed', 'processing'] },
  { statuses: ['completed'] },
  { requestedBy: 'user7' },
  { catalogItemId: 'doc-3' },
  { team: 'team4' },
  { team: 'nobody' },
  { since: MIDDLE },
  { until: MIDDLE },
  { text: '77777' },
  { text: '7' },
  { text: '7', sort: 'createdAt', requestedBy: 'user7' },
  { text: '7', sort: '-updatedAt', statuses: ['failed'] },
  { tenantId: 'small' },
  { tenantId: 'nobody' },
];

const AUDITS: readonly Partial<AuditFilter>[] = [
  {},
  { actor: 'user7' },
  { actor: 'executor' },
  { change: 'request-aborted' },
  { change: 'task-queued' },
  { catalogItemId: 'doc-3' },
  { since: MIDDLE, until: new Date(MIDDLE.getTime() + 3_600_000) },
  { tenantId: 'nobody' },
];

test('no list reads a whole table, whatever it is filtered by', async (t) => {
  const { database } = await openStores();
  for (const text of FILL) await database.query({ text });
  const plans: string[] = [];
  const reader = createPostgresRequestReader(explaining(database, plans));
  for (const filter of LISTS) await reader.list({ tenantId: 'default', sort: '-createdAt', limit: 51, ...filter });
  const audit = createPostgresAuditReader(explaining(database, plans));
  for (const filter of AUDITS) await audit.latest({ tenantId: 'default', ...filter }, { limit: 51 });
  t.is(plans.length, LISTS.length + AUDITS.length);
  for (const [index, plan] of plans.entries()) {
    const asked = JSON.stringify([...LISTS, ...AUDITS][index]);
    t.regex(plan, /Index/, asked);
    t.notRegex(plan, /Seq Scan/, `${asked}\n${plan}`);
  }
});

const afterOf = (page: readonly RequestRow[]): Pick<RequestFilter, 'after'> => {
  const last = page.at(-1);
  return last ? { after: last } : {};
};

test('a text is found in names of any length, page after page, and the states are read of what is found alone', async (t) => {
  const { database } = await openStores();
  for (const text of FILL) await database.query({ text });
  await database.query({
    text: `UPDATE requests SET name = repeat('x', 9000) || 'Needle ' || name WHERE requested_by IN ('user11', 'user12')`,
  });
  await database.query({ text: `UPDATE requests SET name = 'needle' WHERE requested_by = 'user13'` });
  await database.query({ text: 'VACUUM ANALYZE requests' });
  const plans: string[] = [];
  const asked = { tenantId: 'default', sort: '-createdAt', limit: 40, text: 'NEEDLE' } as const;
  await createPostgresRequestReader(explaining(database, plans)).list({ ...asked, text: '77' });
  // The states are read of what was found, and not side by side with all that was looked through.
  t.regex(plans[0] ?? '', /request_states_pkey on request_states s\n +Index Cond: \(request_id = r\.id\)/);
  const reader = createPostgresRequestReader(database);
  const found: RequestRow[] = [];
  for (let page = await reader.list(asked); page.length > 0; page = await reader.list({ ...asked, ...afterOf(page) })) {
    found.push(...page);
  }
  const ids = found.map(({ id }) => id);
  t.deepEqual(ids, ids.toSorted().toReversed());
  const [all] = await database.query<{ count: number }>({
    text: `SELECT count(*) AS count FROM requests WHERE tenant_id = 'default' AND requested_by IN ('user11', 'user12', 'user13')`,
  });
  t.true(ids.length > 150);
  t.is(new Set(ids).size, all?.count ?? 0);
});

import type { Database, Statement } from '@pao/postgres';
import test from 'ava';
import { createPostgresCostTotals } from '../src/adapters/postgres/cost-totals.ts';
import {
  LOCK_COUNTERS,
  RELEASE,
  RESERVE,
  SETTLE,
  UNIT_STATES,
  USED,
} from '../src/adapters/postgres/quota-statements.ts';
import { createPostgresQuotas } from '../src/adapters/postgres/quotas.ts';
import type { CostFilter } from '../src/core/ports/cost-totals.ts';
import type { QuotaFilter } from '../src/core/ports/quotas.ts';
import { closeStores, openStores } from './stores.ts';

test.after.always(closeStores);

for (const { name, text } of [LOCK_COUNTERS, RESERVE, SETTLE, RELEASE, UNIT_STATES, USED]) {
  test(`${name} looks up by index alone, even when it is planned while all tables are empty`, async (t) => {
    const { database } = await openStores();
    const rows = await database.query<{ 'QUERY PLAN': string }>({ text: `EXPLAIN (GENERIC_PLAN, COSTS OFF) ${text}` });
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    t.notRegex(plan, /Seq Scan/, plan);
  });
}

const FILL = [
  `INSERT INTO quota_counters SELECT CASE WHEN n % 50 = 0 THEN 'small' ELSE 'default' END, 'resource-' || n % 100,
    (ARRAY['team', 'user', 'tenant'])[1 + n % 3], 'scope-' || n, 1, 1, 10 FROM generate_series(1, 20000) AS n`,
  `INSERT INTO requests (id, submission_id, tenant_id, requested_by, requester, kind, catalog_id, catalog_version, catalog_hash, name,
    input, correlation_id, created_at, cost)
  SELECT (lpad(to_hex((1767225600000 + n * 60000)::bigint), 12, '0') || '7000800' || lpad(to_hex(n), 13, '0'))::uuid, gen_random_uuid(),
    CASE WHEN n % 50 = 0 THEN 'small' ELSE 'default' END, 'user' || n % 300, json_build_object('teams', ARRAY['team' || n % 40, 'all']),
    'item', 'doc-' || n % 60, '1.0.0', 'h', 'n', '{}', 'c', to_timestamp(1767225600 + n * 60),
    CASE WHEN n % 20 = 0 THEN '[{"currency":"EUR","monthly":1}]'::json END
  FROM generate_series(1, 20000) AS n`,
  `INSERT INTO request_states (request_id, tenant_id, status, version, completed_tasks, total_tasks, audit_sequence, audit_hash, updated_at)
  SELECT id, tenant_id, 'completed', 1, 1, 1, 3, '', created_at FROM requests`,
  'VACUUM ANALYZE requests, request_states, quota_counters',
];

const QUOTAS: readonly Partial<QuotaFilter>[] = [
  {},
  { resource: 'resource-7' },
  { team: 'scope-9' },
  { seenBy: { teams: ['scope-9'], email: 'scope-8' } },
  { tenantId: 'small' },
];

const LATE = new Date(1_767_225_600_000 + 19_000 * 60_000);

const COSTS: readonly Partial<CostFilter>[] = [
  { tenantId: 'small' },
  { since: LATE },
  { since: LATE, groupBy: 'month' },
  { since: LATE, team: 'team4' },
];

/** A database of whose statements the plans are kept. */
const explaining = (database: Database, plans: string[]): Database => ({
  ...database,
  query: async <Row>(statement: Statement): Promise<readonly Row[]> => {
    const text = `EXPLAIN (COSTS OFF) ${statement.text}`;
    const rows = await database.query<{ 'QUERY PLAN': string }>({ ...statement, text });
    plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
    return [];
  },
});

test('neither usage nor totals of a part read a whole table', async (t) => {
  const { database } = await openStores();
  for (const text of FILL) await database.query({ text });
  const plans: string[] = [];
  const quotas = createPostgresQuotas(explaining(database, plans));
  for (const filter of QUOTAS) await quotas.list({ tenantId: 'default', limit: 51, ...filter });
  const costs = createPostgresCostTotals(explaining(database, plans));
  for (const filter of COSTS) await costs.list({ tenantId: 'default', groupBy: 'team', limit: 51, ...filter });
  for (const [index, plan] of plans.entries()) {
    const asked = JSON.stringify([...QUOTAS, ...COSTS][index]);
    t.notRegex(plan, /Seq Scan/, `${asked}\n${plan}`);
  }
});

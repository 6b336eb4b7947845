import { openDatabase } from '@pao/postgres';
import { testDatabase } from '@pao/testkit';
import test, { type ExecutionContext } from 'ava';
import * as ledger from '../src/adapters/postgres/statements.ts';
import * as steps from '../src/adapters/postgres/step-statements.ts';

const url = await testDatabase({ schema: 'pao_executor', migrations: new URL('../migrations/', import.meta.url) });
const database = openDatabase({ url, schema: 'pao_executor', applicationName: 'executor-test', maxConnections: 2 });
test.after.always(() => database.close());

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly Plans?: readonly Plan[];
}

const nodesOf = (plan: Plan): readonly Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

/** The plan that a connection keeps for a statement it runs often. */
const readsOf = async (statement: string): Promise<readonly string[]> => {
  const [row] = await database.query<{ 'QUERY PLAN': readonly { readonly Plan: Plan }[] }>({
    text: `EXPLAIN (GENERIC_PLAN, FORMAT JSON) ${statement}`,
  });
  const scans = (row?.['QUERY PLAN'] ?? [])
    .flatMap(({ Plan: plan }) => nodesOf(plan))
    // One of a heap takes what the one of an index below it found.
    .filter((node) => node['Node Type'].endsWith('Scan') && node['Node Type'] !== 'Bitmap Heap Scan');
  return scans.flatMap((node) => {
    const read = node['Index Name'] ?? node['Relation Name'] ?? '';
    return read.startsWith('attempt') ? [read] : [];
  });
};

const { LIST_IN_DOUBT, IS_OPEN: _isOpen, ...keyed } = { ...ledger, ...steps };

const looksUpByKey = async (t: ExecutionContext, when: string): Promise<void> => {
  for (const [name, statement] of Object.entries(keyed)) {
    t.deepEqual(new Set(await readsOf(statement)), new Set(['attempt_pkey']), `${name}, ${when}`);
  }
  t.deepEqual(await readsOf(LIST_IN_DOUBT), ['attempt_open'], when);
};

test('all that is done to an attempt looks it up by its key, however many there are and whatever is known of them', async (t) => {
  await looksUpByKey(t, 'of an empty table');
  await database.query({
    text: `INSERT INTO attempt (task_id, generation, step, request_id, tenant, action_type, fingerprint, instance, boot_id, lease_until)
    SELECT gen_random_uuid(), 1, 'call', gen_random_uuid(), 'default', 'rest-api', 'f', 'i', gen_random_uuid(), now()
    FROM generate_series(1, 5000)`,
  });
  await database.query({ text: "UPDATE attempt SET outcome = 'ok', finished_at = now()" });
  await looksUpByKey(t, 'of a table that nobody has looked at since it grew');
  await database.query({ text: 'ANALYZE attempt' });
  await looksUpByKey(t, 'of a table that is known');
});

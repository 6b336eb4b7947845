import { randomUUID } from 'node:crypto';
import { openDatabase } from '@pao/postgres';
import { testDatabase } from '@pao/testkit';
import test from 'ava';
import { createPostgresAttemptLedger } from '../src/adapters/postgres/attempt-ledger.ts';
import { countParkedTasks } from '../src/adapters/postgres/count-parked.ts';
import { CLAIM_DUE } from '../src/adapters/postgres/parked-statements.ts';
import { createPostgresParkedTasks } from '../src/adapters/postgres/parked-tasks.ts';
import { createPostgresStepLedger } from '../src/adapters/postgres/step-ledger.ts';
import { commandOf } from '../src/testing/commands.ts';
import { parkOf, stepLedgerContract } from './step-ledger.contract.ts';

const url = await testDatabase({ schema: 'pao_executor', migrations: new URL('../migrations/', import.meta.url) });
const database = openDatabase({ url, schema: 'pao_executor', applicationName: 'executor-test', maxConnections: 6 });
test.after.always(() => database.close());

const owner = { instance: 'one', exclusive: false, bootId: randomUUID() };
const options = { database, owner, onMessages: () => {} };
const ledger = createPostgresAttemptLedger(options);
const steps = createPostgresStepLedger(options);
const parked = createPostgresParkedTasks(options);

stepLedgerContract(async () => ({
  ledger,
  steps,
  parked,
  storedEvents: async (requestId) => {
    const rows = await database.query<{ type: string }>({
      text: 'SELECT type FROM outbox WHERE group_id = $1 ORDER BY position',
      values: [requestId],
    });
    return rows.map(({ type }) => type);
  },
}));

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly Plan[];
}

const nodesOf = (plan: Plan): readonly Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

test.serial('ten thousand parked tasks: a look for what is due reads what is due, and nothing else', async (t) => {
  const command = commandOf();
  const answer = await ledger.start({ command, step: 'call', leaseMs: 60_000 });
  if (answer.kind !== 'started') return t.fail();
  await steps.park(answer.hold, { outcome: 'ok', evidence: {}, tries: 1 }, parkOf(command, 3_600_000));
  await database.query({ text: 'DELETE FROM parked_task WHERE task_id <> $1', values: [command.taskId] });
  await database.query({
    text: `INSERT INTO parked_task (task_id, generation, step, request_id, tenant, command, kind, what, park, done, started_at,
      until_at, wake_at, sequence)
    SELECT gen_random_uuid(), 1, step, request_id, tenant, command, kind, what, park, done, started_at, until_at,
      CASE WHEN n <= 7 THEN now() - interval '5 s' ELSE wake_at + n * interval '1 s' END, sequence
    FROM parked_task, generate_series(1, 9999) AS n`,
  });
  await database.query({ text: 'ANALYZE parked_task' });
  const [row] = await database.query<{ 'QUERY PLAN': readonly { readonly Plan: Plan }[] }>({
    text: `EXPLAIN (ANALYZE, FORMAT JSON) ${CLAIM_DUE.replace('$1', '50').replace('$2', '0')}`,
  });
  const plan = row?.['QUERY PLAN'][0]?.Plan;
  if (plan === undefined) return t.fail();
  const scans = nodesOf(plan).filter(
    (node) => node['Relation Name'] === 'parked_task' && node['Node Type'].endsWith('Scan'),
  );
  t.true(scans.length > 0);
  t.true(
    scans.every((node) => node['Node Type'].startsWith('Index') && node['Actual Rows'] <= 7),
    JSON.stringify(scans),
  );
  const claims = [await parked.claimDue(5, 60_000), await parked.claimDue(5, 60_000), await parked.claimDue(5, 60_000)];
  t.deepEqual(
    claims.map(({ length }) => length),
    [5, 2, 0],
  );
  t.true(((await parked.nextWakeMs()) ?? 0) > 30_000);
  t.like(await countParkedTasks(database), { check: 0, callback: 10_000, approval: 0, overdueSeconds: 0 });
});

test.serial('two executors that look at the same time never get the same task', async (t) => {
  await database.query({ text: 'UPDATE parked_task SET wake_at = now() - $1::interval', values: ['1 s'] });
  const claims = await Promise.all(Array.from({ length: 6 }, () => parked.claimDue(40, 60_000)));
  const ids = claims.flat().map(({ key }) => key.taskId);
  t.is(ids.length, 240);
  t.is(new Set(ids).size, 240);
});

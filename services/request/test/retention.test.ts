import { compareAnchors } from '@pao/contracts';
import type { Database } from '@pao/postgres';
import test from 'ava';
import { createPostgresEndedRequests } from '../src/adapters/postgres/ended-requests.ts';
import type { Request } from '../src/core/domain/request.ts';
import { anchorAudit } from '../src/core/use-cases/anchor-audit.ts';
import { removeEndedRequests } from '../src/core/use-cases/remove-ended-requests.ts';
import { verifyAudit } from '../src/core/use-cases/verify-audit.ts';
import { anItem, aPublication } from './documents.ts';
import { aRequest, aTask, required, sha256, uuid } from './given.ts';
import { submission } from './request-store.contract.ts';
import { closeStores, openStores } from './stores.ts';

test.after.always(closeStores);

const DAY_MS = 86_400_000;
const NOW = new Date();

const STATES = [
  ['completed', aRequest([aTask({ status: 'completed' })])],
  ['aborted', aRequest([aTask({ status: 'skipped' })], 'aborting')],
  ['failed', aRequest([aTask({ status: 'failed' })])],
  ['processing', aRequest([aTask({ status: 'processing' })])],
  ['waits', aRequest([aTask()], 'awaiting-approval')],
  ['escalated', aRequest([aTask({ status: 'failed' })], 'escalated')],
  ['escalating', aRequest([aTask({ status: 'failed' })], 'escalating')],
  ['aborting', aRequest([aTask({ status: 'processing' })], 'aborting')],
] as const satisfies readonly (readonly [string, Request])[];

/** An id of a time, as the service makes them. */
const idOf = (at: Date, n: number): string => {
  const time = at.getTime().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${String(n).padStart(12, '0')}`;
};

/** A request of each state, all last changed so many days ago; `left` says which are still there. */
const setup = async (days: number) => {
  const stores = await openStores();
  await stores.catalog.publish(aPublication(anItem()));
  const at = new Date(NOW.getTime() - days * DAY_MS);
  const ids = new Map(STATES.map(([name], n) => [idOf(at, n), name]));
  for (const [n, [, request]] of STATES.entries()) {
    const own = { id: idOf(at, n), submissionId: uuid(5_000 + n), createdAt: at, updatedAt: at };
    const tasks = request.tasks.map((task) => ({ ...task, id: uuid(6_000 + n) }));
    const { requests, ...rest } = submission([{ ...request, ...own, tasks }]);
    await stores.store.submit({ ...rest, id: uuid(5_000 + n), requests });
  }
  await ageAudit(stores.database, days);
  await stores.database.query({ text: 'UPDATE request_states SET updated_at = $1', values: [at] });
  const ended = createPostgresEndedRequests(stores.database);
  const remove = removeEndedRequests({
    ended,
    now: () => NOW,
    days: { completed: 90, aborted: 90, failed: 180 },
  });
  const left = async () => {
    const rows = await stores.database.query<{ id: string }>({ text: 'SELECT id FROM requests ORDER BY id' });
    return rows.map(({ id }) => ids.get(id));
  };
  return { ...stores, ended, remove, left, dependencies: { auditReader: stores.auditReader, digest: sha256 } };
};

/** As somebody who may do anything. */
const ageAudit = (database: Database, days: number): Promise<void> =>
  database.transaction(async (tx) => {
    await tx.query({ text: 'ALTER TABLE audit DISABLE TRIGGER audit_is_append_only' });
    await tx.query({ text: 'UPDATE audit SET recorded_at = now() - make_interval(days => $1)', values: [days] });
    await tx.query({ text: 'ALTER TABLE audit ENABLE TRIGGER audit_is_append_only' });
  });

const ACTIVE = ['processing', 'waits', 'escalated', 'escalating', 'aborting'];
const signal = new AbortController().signal;

test('what ended goes when its time is over, what is active never does', async (t) => {
  const young = await setup(89);
  t.is(await young.remove(signal), 0);
  const old = await setup(91);
  t.is(await old.remove(signal), 2);
  t.deepEqual(await old.left(), ['failed', ...ACTIVE]);
  const older = await setup(1_000);
  t.is(await older.remove(signal), 3);
  t.deepEqual(await older.left(), ACTIVE);
  t.is(await older.remove(signal), 0);
});

test('nothing of a removed request is left but its audit, which still verifies and fits every anchor', async (t) => {
  const { remove, dependencies, database, auditReader } = await setup(91);
  const before = await anchorAudit(dependencies)('default');
  t.is(before.requests, STATES.length);
  await remove(signal);
  const tables = await database.query<{ name: string }>({
    text: `SELECT table_name AS name FROM information_schema.columns WHERE table_schema = 'pao_request' AND column_name = 'request_id'
      AND table_name NOT IN ('audit', 'lead_times', 'removed_requests')`,
  });
  t.true(tables.length >= 3);
  for (const { name } of tables) {
    const text = `SELECT 1 FROM ${name} WHERE request_id IN (SELECT request_id FROM removed_requests)`;
    t.deepEqual(await database.query({ text }), [], name);
  }
  const chains = await verifyAudit(dependencies)('default', { limit: 100 });
  t.is(chains.length, STATES.length);
  t.deepEqual(
    chains.flatMap(({ finding }) => finding ?? []),
    [],
  );
  t.is((await auditReader.latest({ tenantId: 'default' }, { limit: 100 })).length, STATES.length);
  t.deepEqual(compareAnchors(before, await anchorAudit(dependencies)('default', new Date(before.upTo))), []);
  await t.throwsAsync(database.query({ text: 'DELETE FROM audit' }), { message: /only ever added to/ });
});

test('what is stored for a request is found by an index, whatever the size of its table', async (t) => {
  const { database } = await setup(1);
  const unindexed = await database.query<{ name: string }>({
    text: `SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'request_id'
      WHERE c.relnamespace = 'pao_request'::regnamespace AND c.relkind = 'r'
      AND NOT EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid AND i.indkey[0] = a.attnum AND i.indpred IS NULL)`,
  });
  // Findings are few.
  t.deepEqual(unindexed, [{ name: 'attention' }]);
});

test('a removed request whose audit was cut is found as before', async (t) => {
  const { remove, dependencies, database } = await setup(91);
  await remove(signal);
  await database.transaction(async (tx) => {
    await tx.query({ text: 'ALTER TABLE audit DISABLE TRIGGER audit_is_append_only' });
    await tx.query({ text: 'DELETE FROM audit WHERE request_id IN (SELECT request_id FROM removed_requests)' });
    await tx.query({ text: 'ALTER TABLE audit ENABLE TRIGGER audit_is_append_only' });
  });
  const chains = await verifyAudit(dependencies)('default', { limit: 100 });
  t.is(chains.filter(({ finding }) => finding?.problem === 'cut-off').length, 2);
});

test('a run goes on where an earlier one was ended, whatever the size of its steps', async (t) => {
  const { ended, left } = await setup(200);
  const at = new Date(NOW.getTime() - 90 * DAY_MS);
  const limits = { completed: at, aborted: at, failed: at };
  const first = await ended.removeNext({ after: undefined, limits, most: 2 });
  t.is(first.removed, 2);
  const second = await ended.removeNext({ after: required(first.last), limits, most: 100 });
  t.is(second.removed, 1);
  t.deepEqual(await left(), ACTIVE);
});

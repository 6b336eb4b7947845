import test, { type ExecutionContext } from 'ava';
import { createPostgresAttention } from '../src/adapters/postgres/attention.ts';
import { createPostgresRecordReader } from '../src/adapters/postgres/record-reader.ts';
import type { Finding } from '../src/core/domain/attention.ts';
import { advance, begin } from '../src/core/domain/audit.ts';
import { decide } from '../src/core/domain/decide.ts';
import type { Request } from '../src/core/domain/request.ts';
import { reconcileRequests, watchForSilence } from '../src/core/use-cases/watch-requests.ts';
import { anItem, aPublication } from './documents.ts';
import { aRecording, aRequest, aTask, commandOf, okValue, required, uuid } from './given.ts';
import { submission } from './request-store.contract.ts';
import { closeStores, openStores } from './stores.ts';

test.after.always(closeStores);

const HOUR_MS = 3_600_000;
const NOW = new Date();
const hoursAgo = (hours: number): Date => new Date(NOW.getTime() - hours * HOUR_MS);
const signal = new AbortController().signal;

const setup = async () => {
  const stores = await openStores();
  await stores.catalog.publish(aPublication(anItem()));
  const told: Finding[] = [];
  const attention = createPostgresAttention(stores.database);
  const dependencies = {
    records: createPostgresRecordReader(stores.database),
    attention,
    now: () => NOW,
    patience: { queuedMs: HOUR_MS, processingMs: 24 * HOUR_MS, waitingMs: 336 * HOUR_MS },
    report: (finding: Finding) => void told.push(finding),
  };
  const run = async (job: typeof watchForSilence) => {
    told.length = 0;
    await job(dependencies)(signal);
    const listed = await attention.list('default', { limit: 100 });
    return { listed: names(listed), told: names(told) };
  };
  const change = async (...statements: readonly string[]) => {
    for (const text of statements) await stores.database.query({ text });
  };
  return { ...stores, attention, dependencies, run, change, submit: submitTo(stores) };
};

const names = (findings: readonly Finding[]): readonly string[] =>
  findings.map(({ kind, subject }) => `${kind} ${subject.replace(/^0198f000-0000-7000-8000-0*/, '')}`).toSorted();

const submitTo =
  ({ store, database }: Awaited<ReturnType<typeof openStores>>) =>
  async (t: ExecutionContext, n: number, request: Request) => {
    const tasks = request.tasks.map((task) => ({ ...task, id: uuid(10_000 * task.position + n) }));
    const { requests, ...rest } = submission([{ ...request, id: uuid(n), submissionId: uuid(20_000 + n), tasks }]);
    t.is(await store.submit({ ...rest, id: uuid(20_000 + n), requests }), 'stored');
    const values = [uuid(n), request.updatedAt];
    await database.query({ text: 'UPDATE request_states SET updated_at = $2 WHERE request_id = $1', values });
  };

const queued = (hours: number) => aRequest([aTask({ status: 'queued', queuedAt: hoursAgo(hours) })]);
const started = (status: 'processing' | 'waiting', hours: number): Request => ({
  ...aRequest([aTask({ status, queuedAt: hoursAgo(hours), startedAt: hoursAgo(hours) })]),
  updatedAt: hoursAgo(hours),
});

test('what was silent for too long is found and told once, and gone when there is news', async (t) => {
  const { submit, run, change } = await setup();
  await submit(t, 1, queued(2));
  await submit(t, 2, queued(0.5));
  await submit(t, 3, started('processing', 25));
  await submit(t, 4, started('processing', 23));
  await submit(t, 5, started('waiting', 400));
  await submit(t, 6, started('waiting', 300));
  await submit(t, 7, { ...aRequest([aTask({ status: 'processing' })], 'aborting'), updatedAt: hoursAgo(2) });
  await submit(t, 8, { ...aRequest([aTask({ status: 'failed' })], 'escalating'), updatedAt: hoursAgo(2) });
  await submit(t, 9, { ...aRequest([aTask({ status: 'failed' })]), updatedAt: hoursAgo(1_000) });
  const expected = [
    'abort-unanswered 7',
    'escalation-without-tickets 8',
    'task-silent 3/1',
    'task-unanswered 1/1',
    'task-waits-long 5/1',
  ];
  t.deepEqual(await run(watchForSilence), { listed: expected, told: expected });
  t.deepEqual(await run(watchForSilence), { listed: expected, told: [] });
  await change(`UPDATE tasks SET queued_at = now() WHERE request_id = '${uuid(1)}'`);
  t.deepEqual((await run(watchForSilence)).listed, expected.toSpliced(3, 1));
});

test('messages that do not leave are found, once for each destination', async (t) => {
  const { run, change } = await setup();
  await change(
    `INSERT INTO outbox (event_id, destination, group_id, dedup_id, type, body, created_at)
     SELECT gen_random_uuid(), 'topic:a', g::text, 'd', 't', 'b', now() - interval '2 hours' FROM generate_series(1, 5) g`,
    `INSERT INTO outbox (event_id, destination, group_id, dedup_id, type, body) VALUES (gen_random_uuid(), 'topic:b', 'g', 'd', 't', 'b')`,
  );
  t.deepEqual((await run(watchForSilence)).listed, ['message-unpublished topic:a']);
});

const PLANTED = [
  { kind: 'status-differs', text: "UPDATE request_states SET status = 'failed'" },
  { kind: 'status-differs', text: "UPDATE tasks SET status = CASE position WHEN 1 THEN status ELSE 'failed' END" },
  { kind: 'counts-differ', text: 'UPDATE request_states SET total_tasks = 7' },
  { kind: 'counts-differ', text: 'UPDATE request_states SET skipped_tasks = 1' },
  { kind: 'audit-head-differs', text: 'UPDATE request_states SET audit_sequence = 9' },
  { kind: 'audit-head-differs', text: "UPDATE request_states SET audit_hash = sha256('x')" },
];

for (const [n, { kind, text }] of PLANTED.entries()) {
  test(`records that contradict each other are found and named, and nothing is repaired: ${n + 1}. ${kind}`, async (t) => {
    const { submit, run, change, database, store } = await setup();
    const tasks = [aTask({ status: 'queued' }), aTask({ position: 2, dependsOn: [1] })];
    await submit(t, 1, aRequest(tasks));
    const request = required(await store.find(uuid(1)));
    const events = okValue(decide(request, commandOf('complete', request.tasks[0])));
    await store.save(uuid(99), request, { ...advance(begin(request), events, aRecording), messages: [] });
    await submit(t, 2, aRequest([aTask({ status: 'completed' })]));
    t.deepEqual((await run(reconcileRequests)).listed, []);
    await change(`${text} WHERE request_id = '${uuid(1)}'`);
    const before = await database.query({ text: 'SELECT * FROM request_states ORDER BY request_id' });
    t.deepEqual(await run(reconcileRequests), { listed: [`${kind} 1`], told: [`${kind} 1`] });
    t.deepEqual((await run(reconcileRequests)).told, []);
    t.deepEqual(await database.query({ text: 'SELECT * FROM request_states ORDER BY request_id' }), before);
  });
}

test('a request that is stored as completed and is not is found while it is young', async (t) => {
  const { submit, run, change, dependencies } = await setup();
  await submit(t, 1, aRequest([aTask({ status: 'processing' })]));
  await change("UPDATE request_states SET status = 'completed'");
  // The ids of these tests are of another time.
  dependencies.now = () => new Date(Number.parseInt(uuid(1).replaceAll('-', '').slice(0, 12), 16));
  t.deepEqual((await run(reconcileRequests)).listed, ['status-differs 1']);
});

test('a counter of a quota that is not the sum of what requests hold is found', async (t) => {
  const { run, change } = await setup();
  await change("INSERT INTO quota_counters VALUES ('default', 'databases', 'team', 'payments', 3, 0, 5)");
  t.deepEqual((await run(reconcileRequests)).listed, ['quota-differs default/databases/team/payments']);
});

test('a look that is ended half-way takes nothing for gone', async (t) => {
  const { submit, run, change, dependencies, attention } = await setup();
  await submit(t, 1, aRequest([aTask({ status: 'processing' })]));
  await change('UPDATE request_states SET total_tasks = 7');
  await run(reconcileRequests);
  await reconcileRequests(dependencies)(AbortSignal.abort());
  t.is((await attention.list('default', { limit: 10 })).length, 1);
  t.deepEqual(await attention.list('other', { limit: 10 }), []);
  t.deepEqual(await attention.counts(), [{ kind: 'counts-differ', count: 1 }]);
});

import { createMemoryBus, createTopology } from '@pao/bus';
import { decodeMessage, taskStuckV1 } from '@pao/contracts';
import { startTestBus } from '@pao/testkit';
import test from 'ava';
import { createPostgresEscalationStore } from '../src/adapters/postgres/postgres-escalation-store.ts';
import { newId } from './given.ts';
import { anAttempt, byOps, lost, lostCommand, lostReport, openLetters, parked, scope } from './given-letters.ts';

const memoryBus = () => createMemoryBus(createTopology());

test('a lost command makes its task stuck, once, with what is known of it', async (t) => {
  const bus = memoryBus();
  const { collect, outbox, list } = await openLetters(t, bus);
  const attempt = anAttempt();
  await bus.publish([lostCommand(attempt)]);
  await collect();
  await collect();
  const [told, ...others] = await outbox();
  t.deepEqual(others, []);
  t.like(told, { destination: 'topic:task-events', group_id: attempt.requestId });
  const { data, source, tenantid } = decodeMessage(taskStuckV1, told?.body ?? '');
  t.like(
    { ...data, source, tenantid },
    { ...attempt, reason: 'outcome-unknown', source: '/pao/escalation', tenantid: 'default' },
  );
  t.is(data.failure.code, 'COMMAND_NOT_DELIVERED');
  t.like((await list())[0], { ...attempt, queue: 'tasks-default', status: 'parked', flaw: null });
  t.deepEqual(await bus.depth('tasks-default-dlq'), { waiting: 0, inFlight: 0 });
});

test('a command that nobody can read was not begun; one that names no task tells nothing', async (t) => {
  const bus = memoryBus();
  const { collect, outbox } = await openLetters(t, bus);
  const attempt = anAttempt();
  const whole = lostCommand(attempt);
  const withoutAction = { ...JSON.parse(whole.body), data: attempt };
  const withoutTask = { ...JSON.parse(whole.body), data: { requestId: attempt.requestId } };
  for (const body of [withoutAction, withoutTask])
    await bus.publish([lostCommand(attempt)].map((message) => ({ ...message, body: JSON.stringify(body) })));
  await collect();
  const [told, ...others] = await outbox();
  t.deepEqual(others, []);
  t.is(decodeMessage(taskStuckV1, told?.body ?? '').data.reason, 'delivery-limit');
});

test('whatever lies in the dead letters of a real queue is parked as it is, and taken away', async (t) => {
  const { bus, close } = await startTestBus();
  t.teardown(close);
  const { collect, list, store, decide } = await openLetters(t, bus);
  const envelope = { specversion: '1.0', id: newId(), source: '/x', type: 'no-such-type.v1', subject: 'x' };
  const bodies = [
    'no json',
    '"\\u0000"',
    JSON.stringify({ ...envelope, tenantid: 'a\0b', data: { requestId: 'DROP TABLE', generation: 1e99 } }),
    `{"data":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
    JSON.stringify({ text: 'x'.repeat(900_000) }),
    '{"__proto__":{"tenantid":"default"},"tenantid":{"a":1}}',
    '<script>alert(1)</script> {{7*7}} \u{1f4a3}',
  ];
  t.deepEqual((await bus.publish(bodies.map((body) => lost('escalation-inbox', { body })))).failures, []);
  await collect();
  const letters = await list();
  t.is(letters.length, bodies.length);
  t.deepEqual(new Set(letters.map(({ flaw }) => flaw)), new Set(['unreadable']));
  t.true(letters.every(({ tenantId, requestId, generation }) => !tenantId && !requestId && !generation));
  t.deepEqual(await bus.depth('escalation-inbox-dlq'), { waiting: 0, inFlight: 0 });
  const texts = await Promise.all(
    letters.map(async (letter) => Buffer.from((await store.details(letter)).body).toString()),
  );
  t.true(texts.some((text) => text.length > 900_000));
  t.true(texts.some((text) => text.includes('<script>')));
  const [first] = letters;
  t.like(await decide.redrive(scope, first?.id ?? '', byOps), { ok: false, error: { kind: 'flawed' } });
});

test('bytes that no database text holds are kept, and not sent again', async (t) => {
  const bus = memoryBus();
  const { collect, list } = await openLetters(t, bus);
  const attempt = anAttempt();
  const report = lostReport(attempt);
  await bus.publish([
    { ...report, body: `${report.body} \0` },
    { ...lostReport(attempt), type: 'a\0b' },
    { ...lostReport(attempt), groupId: 'ümlaut \0' },
    { ...lostReport(attempt), body: JSON.stringify({ ...JSON.parse(report.body), x: 'y'.repeat(3_000_000) }) },
    {
      ...lostReport(attempt),
      body: JSON.stringify(JSON.parse(report.body)).replace('"outputs":{}', '"outputs":{"a":"\ud800"}'),
    },
  ]);
  await collect();
  t.deepEqual((await list()).map(({ flaw }) => String(flaw)).toSorted(), [
    'cut',
    'unreadable',
    'unsendable',
    'unsendable',
    'unsendable',
  ]);
});

test('what a crash leaves between the store and the queue is parked once', async (t) => {
  const bus = memoryBus();
  let crashes = 1;
  const { collect, list, outbox } = await openLetters(t, {
    receive: (request) => bus.receive({ ...request, visibilitySeconds: 0 }),
    delete: async (queue, receipts) => {
      if (crashes-- > 0) throw new Error('killed');
      return bus.delete(queue, receipts);
    },
  });
  await bus.publish([lostCommand(anAttempt())]);
  await collect();
  t.is((await bus.depth('tasks-default-dlq')).waiting, 1);
  await collect();
  t.is((await list()).length, 1);
  t.is((await outbox()).length, 1);
  t.deepEqual(await bus.depth('tasks-default-dlq'), { waiting: 0, inFlight: 0 });
});

test('of many who send a letter again at one moment one does, and it is on record who', async (t) => {
  const bus = memoryBus();
  const { collect, list, decide, outbox, store } = await openLetters(t, bus);
  const report = lostReport(anAttempt());
  await bus.publish([report]);
  await collect();
  const [letter] = await list();
  const id = letter?.id ?? '';
  const outcomes = await Promise.all(Array.from({ length: 8 }, () => decide.redrive(scope, id, byOps)));
  t.is(outcomes.filter(({ ok }) => ok).length, 1);
  t.true(outcomes.every((outcome) => outcome.ok || outcome.error.kind === 'not-parked'));
  const sent = await outbox();
  t.is(sent.length, 1);
  t.like(sent[0], {
    destination: 'queue:request-inbox',
    type: report.type,
    group_id: report.groupId,
    body: report.body,
  });
  t.not(sent[0]?.dedup_id, report.dedupId);
  const found = await store.find(scope, id);
  t.is(found?.status, 'redriven');
  const { history } = await store.details(found ?? ({} as never));
  t.like(history, [
    { change: 'parked', by: null },
    { change: 'redriven', by: byOps.by, reason: 'mended' },
  ]);
  t.like(await decide.discard(scope, id, byOps), { ok: false, error: { kind: 'not-parked' } });
});

test('of a thousand dead letters those that a filter names are sent again, in their order', async (t) => {
  const bus = memoryBus();
  const { collect, decide, outbox, list } = await openLetters(t, bus);
  const attempts = Array.from({ length: 1_000 }, anAttempt);
  await bus.publish(attempts.map((attempt, index) => (index % 4 === 0 ? lostCommand(attempt) : lostReport(attempt))));
  await collect();
  t.is((await list()).length, 1_000);
  const filter = { status: 'parked', queue: 'request-inbox', limit: 500 } as const;
  const shown = await decide.redriveAll(scope, filter, { ...byOps, dryRun: true });
  t.deepEqual(new Set(shown.results.map(({ outcome }) => outcome)), new Set(['would-redrive']));
  t.is((await list()).length, 1_000);
  const first = await decide.redriveAll(scope, filter, { ...byOps, dryRun: false });
  t.true(first.more);
  const rest = await decide.redriveAll(scope, filter, { ...byOps, dryRun: false });
  t.false(rest.more);
  t.deepEqual([first.results.length, rest.results.length], [500, 250]);
  const sent = (await outbox()).filter(({ destination }) => destination === 'queue:request-inbox');
  const ids = [...first.results, ...rest.results].map(({ letter }) => letter.groupId);
  t.deepEqual(
    sent.map(({ group_id }) => group_id),
    ids,
  );
  const commands = await decide.redriveAll(scope, { ...parked, limit: 500 }, { ...byOps, dryRun: false });
  t.is(commands.results.length, 250);
  t.true(commands.results.every(({ outcome, message }) => outcome === 'refused' && message?.includes('stuck')));
});

test('a command goes again only by who acknowledges, and not after a later attempt, a ticket or the end of its request', async (t) => {
  const bus = memoryBus();
  const { collect, list, decide, database } = await openLetters(t, bus);
  const escalations = createPostgresEscalationStore(database);
  const [stuck, retried, aborted, handedOver] = [anAttempt(), anAttempt(), anAttempt(), anAttempt()];
  await bus.publish([stuck, retried, aborted, handedOver].map((attempt) => lostCommand(attempt)));
  await bus.publish([lostReport(aborted)]);
  await collect();
  const { requestId } = aborted;
  await escalations.settle({ tenantId: 'default', requestId, by: 'request-aborted', at: new Date() });
  const tasks = [{ id: retried.taskId, generation: 2 }];
  await escalations.resume({ tenantId: 'default', requestId: retried.requestId, tasks, retriedAt: new Date() });
  const values = [handedOver.requestId, handedOver.taskId];
  await database.query({
    text: `INSERT INTO handovers (request_id, tenant_id, correlation_id, round, status, snapshot)
      VALUES ($1, 'default', 'c', 1, 'opened', '{}')`,
    values: values.slice(0, 1),
  });
  await database.query({
    text: `INSERT INTO tickets (request_id, task_id, generation, state, ticket) VALUES ($1, $2, 1, 'open', '{}')`,
    values,
  });
  const letters = await list();
  const kinds = async (acknowledgedUnknown: boolean) => {
    const outcomes = letters.map(({ id }) => decide.redrive(scope, id, { ...byOps, acknowledgedUnknown }));
    return (await Promise.all(outcomes)).map((outcome) => (outcome.ok ? 'ok' : outcome.error.kind)).toSorted();
  };
  t.deepEqual(await kinds(false), [
    'decision-needed',
    'later-attempt',
    'request-ended',
    'request-ended',
    'with-people',
  ]);
  t.deepEqual(await kinds(true), ['later-attempt', 'ok', 'request-ended', 'request-ended', 'with-people']);
});

test('other tenants see and change nothing, and what names none is seen by nobody but the first tenant’s admins', async (t) => {
  const bus = memoryBus();
  const { collect, store, decide } = await openLetters(t, bus);
  await bus.publish([lostReport(anAttempt()), lostReport(anAttempt(), 'other'), lost('request-inbox', { body: 'x' })]);
  await collect();
  const count = async (tenantId: string, unowned: boolean) => (await store.list({ tenantId, unowned }, parked)).length;
  t.deepEqual([await count('default', true), await count('default', false), await count('other', false)], [2, 1, 1]);
  const [foreign] = await store.list({ tenantId: 'other', unowned: false }, parked);
  t.like(await decide.redrive(scope, foreign?.id ?? '', byOps), { ok: false, error: { kind: 'not-found' } });
  t.like(await decide.discard(scope, foreign?.id ?? '', byOps), { ok: false, error: { kind: 'not-found' } });
  t.deepEqual(await store.group(scope, foreign?.groupId ?? ''), []);
});

import test from 'ava';
import { AT, required, sha256 } from '../../../test/given.ts';
import { completion, type World } from '../../../test/memory-world.ts';
import { aTicket, escalatedWorld, stoppedWorld, toldOf } from '../../../test/stopped-world.ts';
import { brokenLink } from '../domain/audit.ts';
import type { TicketReport } from '../domain/decide-ticket.ts';

const by = 'ops@example.test';

const done = (taskId: string, outputs = {}, generation = 1): TicketReport => ({
  kind: 'done',
  taskId,
  generation,
  ticket: aTicket(2),
  outputs,
  note: 'made in the console',
  by,
});

const told = (world: World) =>
  world.takeMessages().map(({ body }) => {
    const { type, data } = JSON.parse(body) as { readonly type: string; readonly data: object };
    return { type, ...data };
  });

test('tickets are kept with their tasks once they are open', async (t) => {
  const { world, requestId } = await escalatedWorld();
  const { tasks } = required(await world.store.find(requestId));
  t.deepEqual(
    tasks.map(({ ticket }) => ticket?.key),
    [undefined, 'OPS-2', 'OPS-3'],
  );
  const changes = await world.reader.changesAfter(requestId, 0);
  t.deepEqual(
    changes.slice(-3).map(({ change, actor, reason, to }) => [change, actor, reason, to]),
    [
      ['task-ticket-opened', 'escalation', 'OPS-2', 'waiting'],
      ['task-ticket-opened', 'escalation', 'OPS-3', 'waiting'],
      ['request-escalated', 'escalation', null, 'escalated'],
    ],
  );
});

test('a ticket closed as done completes its task, in the name of who closed it', async (t) => {
  const { world, requestId, second } = await escalatedWorld('give-up');
  t.like(await world.ticket(requestId, done(second.taskId, { arn: 'a' })), { kind: 'recorded', status: 'escalated' });
  t.like(required(await world.store.find(requestId)).tasks[1], {
    status: 'completed',
    outputs: { arn: 'a' },
    failure: null,
    stuck: null,
    ticket: aTicket(2),
  });
  const [change] = (await world.reader.changesAfter(requestId, 0)).slice(-1);
  t.like(change, { change: 'task-completed-by-hand', actor: by, reason: 'ticket OPS-2: made in the console' });
  t.like(told(world), [
    { type: 'escalated-task-settled.v1', taskId: second.taskId, generation: 1, by: 'ticket', settledBy: by },
  ]);
});

test('with the last ticket the request is completed', async (t) => {
  const { world, requestId, second, third } = await escalatedWorld();
  // The later task first: what it reads is nobody's need any more.
  await world.ticket(requestId, done(third.id));
  t.like(await world.ticket(requestId, done(second.taskId)), { status: 'completed' });
  t.deepEqual(
    told(world).map(({ type }) => type),
    ['escalated-task-settled.v1', 'escalated-task-settled.v1', 'request-completed.v1'],
  );
  t.is(await toldOf(world, requestId), 'completed completed completed completed');
  t.is(brokenLink(requestId, await world.reader.changesAfter(requestId, 0), sha256), undefined);
});

test('what a ticket hands back is refused when later tasks miss something, and taken when it is there', async (t) => {
  const { world, requestId, second } = await escalatedWorld();
  t.like(await world.ticket(requestId, done(second.taskId, { ARN: 'a' })), { kind: 'recorded' });
  t.is(await toldOf(world, requestId), 'escalated completed waiting waiting');
  const problems = [{ field: 'outputs.arn', issue: 'is missing: task 3 reads it' }];
  t.like(told(world), [{ type: 'hand-back-refused.v1', taskId: second.taskId, key: 'OPS-2', problems }]);
  const [change] = (await world.reader.changesAfter(requestId, 0)).slice(-1);
  t.like(change, {
    change: 'task-hand-back-refused',
    actor: by,
    reason: 'ticket OPS-2: outputs.arn is missing: task 3 reads it',
  });
  await world.ticket(requestId, done(second.taskId, { arn: 'a' }));
  t.is(await toldOf(world, requestId), 'escalated completed completed waiting');
});

test('hostile outputs of a ticket are refused with a reason, whatever they are', async (t) => {
  const { world, requestId, second } = await escalatedWorld();
  let deep: object = {};
  for (let depth = 0; depth < 20_000; depth += 1) deep = { a: deep };
  const hostile: readonly object[] = [
    { arn: 'x\0y' },
    { arn: '\ud800' },
    { arn: null },
    { arn: 'x'.repeat(70_000) },
    { arn: deep },
    JSON.parse('{"arn": "a", "__proto__": {"polluted": true}}') as object,
    { arn: 'a', '': 'b' },
    Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`n${index}`, 1])),
  ];
  for (const outputs of hostile) {
    t.like(await world.ticket(requestId, done(second.taskId, outputs)), { kind: 'recorded' });
    t.is(told(world)[0]?.type, 'hand-back-refused.v1');
  }
  t.is(await toldOf(world, requestId), 'escalated completed waiting waiting');
});

test('a declined ticket ends the request, with its reason', async (t) => {
  const { world, requestId, second } = await escalatedWorld();
  const reason = 'ticket OPS-2 was declined: Won’t Do';
  await world.ticket(requestId, {
    kind: 'declined',
    taskId: second.taskId,
    generation: 1,
    ticket: aTicket(2),
    reason,
    by,
  });
  t.is(await toldOf(world, requestId), 'aborted completed skipped skipped');
  const [change] = (await world.reader.changesAfter(requestId, 0)).slice(-1);
  t.like(change, { change: 'request-aborted', actor: by, reason });
  t.deepEqual(
    told(world).map(({ type }) => type),
    ['request-aborted.v1'],
  );
});

test('what is repeated, late, of another generation, round or request changes nothing', async (t) => {
  const { world, requestId, second, third } = await escalatedWorld();
  const absorbed = async (report: TicketReport, id = requestId) => {
    const before = await world.store.find(id);
    t.like(await world.ticket(id, report), { kind: 'absorbed' });
    t.deepEqual(await world.store.find(id), before);
  };
  const opened = (round: number): TicketReport => ({ kind: 'opened', round, tickets: [] });
  await absorbed(opened(1));
  await absorbed(opened(2));
  await absorbed({ kind: 'ticket-opened', taskId: third.id, generation: 1, round: 2, ticket: aTicket(9) });
  await absorbed({ kind: 'ticket-opened', taskId: third.id, generation: 1, round: 1, ticket: aTicket(3) });
  await absorbed(done(second.taskId, { arn: 'a' }, 2));
  await absorbed(done('another', {}));
  await absorbed(done(second.taskId, {}), 'no-such-request');
  await world.ticket(requestId, done(second.taskId, { arn: 'a' }), 'event-1');
  await absorbed(done(second.taskId, { arn: 'b' }));
  t.like(await world.ticket(requestId, done(third.id), 'event-1'), { reason: { kind: 'handled-before' } });
  await world.decide({ kind: 'resume', reason: null }, { requestId });
  await absorbed(done(third.id));
  await absorbed(opened(1));
});

test('who hands back again what the request has already is told so again, and nothing else changes', async (t) => {
  const { world, requestId, second, third } = await escalatedWorld();
  await world.ticket(requestId, done(second.taskId, { arn: 'a' }));
  world.takeMessages();
  const before = await world.store.find(requestId);
  await world.ticket(requestId, done(second.taskId, { arn: 'a' }));
  t.deepEqual(await world.store.find(requestId), before, 'who has read it may still decide on it');
  const [settled, ...more] = told(world);
  t.like(settled, { type: 'escalated-task-settled.v1', taskId: second.taskId, generation: 1, by: 'ticket' });
  t.deepEqual(more, []);
  await world.decide({ kind: 'abort', reason: null }, { requestId });
  world.takeMessages();
  await world.ticket(requestId, done(third.id));
  t.like(told(world), [{ type: 'escalated-task-settled.v1', taskId: third.id }]);
});

test('who tells of an open ticket that nobody needs any more is told so: its task is over, goes on, or its request has ended', async (t) => {
  const { world, requestId, second, third } = await escalatedWorld();
  const open = async (taskId: string, n: number) => {
    const before = await world.store.find(requestId);
    await world.ticket(requestId, { kind: 'ticket-opened', taskId, generation: 1, round: 1, ticket: aTicket(n) });
    t.deepEqual(await world.store.find(requestId), before);
    return told(world);
  };
  t.deepEqual(await open(second.taskId, 2), [], 'people work on it');
  await world.ticket(requestId, done(second.taskId, { arn: 'a' }));
  world.takeMessages();
  const over = { type: 'escalated-task-settled.v1', generation: 1, by: 'automation' };
  t.like(await open(second.taskId, 2), [{ ...over, taskId: second.taskId }]);
  await world.decide({ kind: 'resume', reason: null }, { requestId });
  world.takeMessages();
  t.like(await open(third.id, 3), [{ ...over, taskId: third.id }]);
  await world.decide({ kind: 'abort', reason: null }, { requestId });
  const now = required(required(await world.store.find(requestId)).tasks[2]);
  await world.report(requestId, completion({ taskId: now.id, generation: now.generation }));
  world.takeMessages();
  t.like(await open(third.id, 3), [{ type: 'request-aborted.v1' }]);
});

test('tickets that are told of again are kept where the first word of them was lost', async (t) => {
  const { world, requestId, second } = await stoppedWorld();
  await world.decide({ kind: 'escalate', reason: null }, { requestId });
  await world.ticket(requestId, { kind: 'opened', round: 1, tickets: [] });
  const tickets = [{ taskId: second.taskId, generation: 1, ticket: aTicket(2) }];
  t.like(await world.ticket(requestId, { kind: 'opened', round: 1, tickets }), { kind: 'recorded' });
  t.deepEqual(required(await world.store.find(requestId)).tasks[1]?.ticket, aTicket(2));
  t.like(await world.ticket(requestId, { kind: 'opened', round: 1, tickets }), { kind: 'absorbed' });
});

test('news of tickets before anything was handed to people change nothing', async (t) => {
  const { world, requestId, second } = await stoppedWorld();
  t.like(await world.ticket(requestId, { kind: 'opened', round: 1, tickets: [] }), {
    reason: { kind: 'not-with-people' },
  });
  t.like(await world.ticket(requestId, done(second.taskId, { arn: 'a' })), { reason: { kind: 'not-with-people' } });
});

test('a ticket that opens later than the rest, and one that is closed before all are open, count', async (t) => {
  const { world, requestId, second } = await stoppedWorld();
  await world.decide({ kind: 'escalate', reason: null }, { requestId });
  const third = required(required(await world.store.find(requestId)).tasks[2]);
  await world.ticket(requestId, done(second.taskId, { arn: 'a' }));
  t.is(await toldOf(world, requestId), 'escalating completed completed waiting');
  await world.ticket(requestId, { kind: 'opened', round: 1, tickets: [] });
  const late = { taskId: third.id, generation: 1, round: 1, ticket: aTicket(3) };
  t.like(await world.ticket(requestId, { kind: 'ticket-opened', ...late }), { status: 'escalated' });
  t.deepEqual(required(await world.store.find(requestId)).tasks[2]?.ticket, aTicket(3));
});

test('a late success settles what was stuck, so that nobody works on its ticket', async (t) => {
  const { world, requestId, second } = await escalatedWorld('give-up');
  t.like(await world.report(requestId, completion(second, { arn: 'late' })), { kind: 'recorded', status: 'escalated' });
  t.like(told(world), [{ type: 'escalated-task-settled.v1', taskId: second.taskId, by: 'automation' }]);
  t.like(await world.ticket(requestId, done(second.taskId, { arn: 'a' })), { kind: 'absorbed' });
  t.like(required(await world.store.find(requestId)).tasks[1], { outputs: { arn: 'late' }, finishedAt: AT });
});

test('who aborts an escalated request asks no executor for anything', async (t) => {
  const { world, requestId } = await escalatedWorld('give-up');
  await world.decide({ kind: 'abort', reason: 'not wanted' }, { requestId });
  t.is(await toldOf(world, requestId), 'aborted completed skipped skipped');
  t.deepEqual(
    told(world).map(({ type }) => type),
    ['request-aborted.v1'],
  );
});

test('nothing of an escalated request is ever sent again', async (t) => {
  const { world } = await escalatedWorld('give-up');
  t.deepEqual(await world.overdue.find({ at: new Date(AT.getTime() + 9e9), waitMs: 1, limit: 10 }), []);
});

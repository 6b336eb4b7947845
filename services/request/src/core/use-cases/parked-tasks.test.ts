import test from 'ava';
import { anAction, anItem } from '../../../test/documents.ts';
import { A_FAILURE, A_TICKET, AT, okValue, required, sha256 } from '../../../test/given.ts';
import { commandsIn, completion, createWorld, type World } from '../../../test/memory-world.ts';
import { toldOf } from '../../../test/stopped-world.ts';
import { brokenLink } from '../domain/audit.ts';
import type { Report } from '../domain/decide.ts';
import type { TicketReport } from '../domain/decide-ticket.ts';

const by = 'ops@example.test';

const waits = anAction({
  type: 'jira-ticket',
  id: 'by-hand',
  outputs: { arn: 'arn' },
  config: { ticket: { project: 'X', summaryTemplate: 'y', waitForResolution: true } },
});
const reads = anAction({
  id: 'reads',
  outputs: {},
  config: {
    endpoint: { url: 'https://platform.example/v1/next', method: 'POST' },
    body: { type: 'json', contentTemplate: '{"arn": "{{.output.arn}}", "ticket": "{{.output.key}}"}' },
  },
});

const waiting = (taskId: string, generation = 1): Report => ({
  kind: 'wait',
  taskId,
  generation,
  startedAt: AT,
  at: AT,
  ticket: A_TICKET,
  outputs: { key: 'OPS-1' },
});

const resolved = (taskId: string, outputs = {}, generation = 1): TicketReport => ({
  ...{ kind: 'done', taskId, generation, ticket: A_TICKET, outputs },
  ...{ note: null, by },
});

const declined = (taskId: string): TicketReport => ({
  ...{ kind: 'declined', taskId, generation: 1, ticket: A_TICKET },
  ...{ reason: 'ticket OPS-1 was declined: Won’t Do', by },
});

/** A request whose first task waits for its ticket. */
const parked = async () => {
  const world = await createWorld(anItem({ actions: [waits, reads] }));
  const [requestId = ''] = await world.accepted();
  const { taskId } = required(commandsIn(world.takeMessages())[0]);
  await world.report(requestId, waiting(taskId));
  return { world, requestId, taskId };
};

const told = (world: World) =>
  world.takeMessages().map(({ body }) => {
    const { type, data } = JSON.parse(body) as { readonly type: string; readonly data: object };
    return { type, ...data };
  });

const typesOf = (world: World) => told(world).map(({ type }) => type);

test('a task that waits for its ticket holds its request, and nothing is sent or asked for again', async (t) => {
  const { world, requestId } = await parked();
  t.is(await toldOf(world, requestId), 'processing waiting pending');
  t.like(required(await world.store.find(requestId)).tasks[0], { ticket: A_TICKET, outputs: { key: 'OPS-1' } });
  t.deepEqual(typesOf(world), []);
  t.deepEqual(await world.overdue.find({ at: new Date(AT.getTime() + 9e9), waitMs: 1, limit: 10 }), []);
});

test('once its ticket is done the request goes on with what people gave, and the ticket stays what it was', async (t) => {
  const { world, requestId, taskId } = await parked();
  await world.ticket(requestId, resolved(taskId, { arn: 'a', key: 'forged' }));
  t.is(await toldOf(world, requestId), 'processing completed queued');
  t.like(required(await world.store.find(requestId)).tasks[0], { outputs: { arn: 'a', key: 'OPS-1' } });
  const messages = world.takeMessages();
  t.like(messages[0], { type: 'escalated-task-settled.v1' });
  const [next] = commandsIn(messages);
  t.like(next?.action.config, { body: { contentTemplate: '{"arn": "a", "ticket": "OPS-1"}' } });
  await world.report(requestId, completion(required(next)));
  t.is(await toldOf(world, requestId), 'completed completed completed');
  const changes = await world.reader.changesAfter(requestId, 0);
  t.true(changes.some(({ change, actor }) => change === 'task-completed-by-hand' && actor === by));
  t.is(brokenLink(requestId, changes, sha256), undefined);
});

test('a hand-back without what later tasks read is refused, and the task waits on', async (t) => {
  const { world, requestId, taskId } = await parked();
  await world.ticket(requestId, resolved(taskId));
  t.is(await toldOf(world, requestId), 'processing waiting pending');
  const problems = [{ field: 'outputs.arn', issue: 'is missing: task 2 reads it' }];
  t.like(told(world), [{ type: 'hand-back-refused.v1', taskId, key: 'OPS-1', problems }]);
});

test('a declined ticket fails its task, and a retry has a new one created', async (t) => {
  const { world, requestId, taskId } = await parked();
  await world.ticket(requestId, declined(taskId));
  t.is(await toldOf(world, requestId), 'failed failed pending');
  t.like(required(await world.store.find(requestId)).tasks[0]?.failure, { code: 'TICKET_DECLINED' });
  t.deepEqual(typesOf(world), ['request-failed.v1']);
  okValue(await world.decide({ kind: 'retry', reason: null, acknowledgeUnknown: false }, { requestId }));
  t.like(commandsIn(world.takeMessages()), [{ taskId, generation: 2 }]);
  t.like(await world.ticket(requestId, resolved(taskId, { arn: 'a' })), { kind: 'absorbed' });
});

test('an abort asks no executor about what waits for a ticket', async (t) => {
  const { world, requestId } = await parked();
  okValue(await world.decide({ kind: 'abort', reason: null }, { requestId }));
  t.is(await toldOf(world, requestId), 'aborted skipped skipped');
  t.deepEqual(typesOf(world), ['request-aborted.v1']);
});

test('a task that begins to wait while its request is aborting is left out', async (t) => {
  const world = await createWorld(anItem({ actions: [waits, reads] }));
  const [requestId = ''] = await world.accepted();
  const { taskId } = required(commandsIn(world.takeMessages())[0]);
  okValue(await world.decide({ kind: 'abort', reason: null }, { requestId }));
  t.is(await toldOf(world, requestId), 'aborting queued skipped');
  await world.report(requestId, waiting(taskId));
  t.is(await toldOf(world, requestId), 'aborted skipped skipped');
});

test('a person may complete it in place of its ticket, with what later tasks read', async (t) => {
  const { world, requestId, taskId } = await parked();
  const complete = (outputs: { readonly [name: string]: string }) =>
    world.decide({ kind: 'complete-task', taskId, outputs, reason: null }, { requestId });
  t.like(await complete({}), { ok: false, error: { kind: 'outputs-refused' } });
  okValue(await complete({ arn: 'typed' }));
  t.is(await toldOf(world, requestId), 'processing completed queued');
  const messages = world.takeMessages();
  t.like(JSON.parse(required(messages[0]).body), { type: 'escalated-task-settled.v1', data: { by: 'person' } });
  t.like(await world.ticket(requestId, resolved(taskId, { arn: 'b' })), { kind: 'absorbed' });
});

test('whatever the executor tells of it late or twice changes nothing', async (t) => {
  const { world, requestId, taskId } = await parked();
  const attempt = { taskId, generation: 1, startedAt: AT, at: AT };
  const late: readonly Report[] = [
    waiting(taskId),
    { kind: 'start', taskId, generation: 1, startedAt: AT },
    { kind: 'complete', ...attempt, outputs: {} },
    { kind: 'fail', ...attempt, failure: A_FAILURE },
    { kind: 'give-up', ...attempt, failure: A_FAILURE, reason: 'delivery-limit' },
  ];
  for (const report of late) t.like(await world.report(requestId, report), { kind: 'absorbed' });
  t.is(await toldOf(world, requestId), 'processing waiting pending');
});

test('nobody escalates a request while one of its tasks waits for its ticket', async (t) => {
  const other = anAction({ id: 'beside' });
  const item = anItem({ actions: [{ ...waits, outputs: {} }, other], rest: {} });
  const world = await createWorld(item);
  const [requestId = ''] = await world.accepted();
  const { taskId } = required(commandsIn(world.takeMessages())[0]);
  await world.report(requestId, waiting(taskId));
  t.like(await world.decide({ kind: 'escalate', reason: null }, { requestId }), { ok: false });
});

test('an item that becomes automatic leaves requests that are made already by hand', async (t) => {
  const byHand = anItem({ version: '1.0.0' });
  const fulfillment = { strategy: { mode: 'manual' as const }, manual: { actions: [{ ...waits, outputs: {} }] } };
  const world = await createWorld({ ...byHand, fulfillment });
  const [before = ''] = await world.accepted();
  const { taskId } = required(commandsIn(world.takeMessages())[0]);
  await world.offer(anItem({ version: '2.0.0' }));
  const [after = ''] = await world.accepted();
  t.is(required(commandsIn(world.takeMessages())[0]).action.type, 'rest-api');
  await world.report(before, waiting(taskId));
  await world.ticket(before, declined(taskId));
  okValue(await world.decide({ kind: 'retry', reason: null, acknowledgeUnknown: false }, { requestId: before }));
  t.is(required(commandsIn(world.takeMessages())[0]).action.type, 'jira-ticket');
  t.not(before, after);
});

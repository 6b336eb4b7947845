import {
  type DataOf,
  type DeadLetter,
  discardDeadLetter,
  getDeadLetter,
  getQueueMessages,
  getQueueStats,
  listDeadLetters,
  listQueueMessages,
  type Operation,
  redriveDeadLetter,
  redriveDeadLetters,
} from '@pao/contracts';
import type { Identity } from '@pao/http';
import { eventually } from '@pao/testkit';
import test, { type ExecutionContext } from 'ava';
import { anAttempt, lost, lostCommand, lostReport } from './given-letters.ts';
import { developer, startService } from './running-service.ts';

const operator = { ...developer, email: 'ops@example.test', roles: ['operator'] };
const admin = { ...developer, roles: ['admin'] };

/** The service, with calls whose answers are what the caller expects. */
const start = async (t: ExecutionContext) => {
  const service = await startService(t);
  const call = async <O extends Operation>(
    { method }: O,
    path: string,
    { body, identity = operator }: { body?: unknown; identity?: Identity } = {},
  ) => {
    const answer = await service.call(method, `/queue/${path}`, { identity, ...(body !== undefined && { body }) });
    return { status: answer.status, data: answer.body.data as unknown as DataOf<O> };
  };
  const letters = (count: number, identity = operator, query = ''): Promise<readonly DeadLetter[]> =>
    eventually(
      async () => {
        const { data } = await call(listDeadLetters, `dlq/messages${query}`, { identity });
        return data.length === count && data;
      },
      { timeoutMs: 30_000, everyMs: 100 },
    );
  return { ...service, call, letters };
};

test('a lost command reaches the request service as a stuck task though no executor runs', async (t) => {
  const { bus, letters } = await start(t);
  const attempt = anAttempt();
  await bus.publish([lostCommand(attempt)]);
  const [letter] = await letters(1);
  t.like(letter, { ...attempt, queue: 'tasks-default', status: 'parked', obstacle: { kind: 'decision-needed' } });
  const request = { queue: 'request-inbox', max: 1, waitSeconds: 10, visibilitySeconds: 60 };
  t.like((await bus.receive(request))[0], { type: 'task-stuck.v1', groupId: attempt.requestId });
});

test('a dead letter is looked at, sent again once, and stays on record', async (t) => {
  const { bus, call, letters } = await start(t);
  const report = lostReport(anAttempt());
  await bus.publish([report, lost('escalation-inbox', { body: '\u001b[2J no json' })]);
  const [letter] = await letters(1);
  const path = `dlq/${letter?.id}`;
  const { data } = await call(getDeadLetter, path);
  t.like(data, { body: report.body, bodyTruncated: false, type: report.type, sameEvent: [] });
  const redrive = () => call(redriveDeadLetter, `${path}/redrive`, { body: { reason: 'mended' } });
  const answers = await Promise.all([redrive(), redrive()]);
  t.deepEqual(
    answers.map(({ status }) => status).toSorted((a, b) => a - b),
    [202, 409],
  );
  const request = { queue: 'request-inbox', max: 1, waitSeconds: 10, visibilitySeconds: 60 };
  t.like((await bus.receive(request))[0], { type: report.type, body: report.body, groupId: report.groupId });
  const after = await call(getDeadLetter, path);
  t.is(after.data.status, 'redriven');
  t.like(after.data.history.at(-1), { change: 'redriven', by: operator.email, reason: 'mended' });
  t.is((await call(discardDeadLetter, `${path}/discard`, { body: { reason: 'late' } })).status, 409);
  // What names no tenant is for the admins of the first one.
  const [unowned] = await letters(1, admin);
  t.regex(unowned?.reason ?? '', /not JSON/);
  t.is((await call(getDeadLetter, `dlq/${unowned?.id}`)).status, 404);
  t.is((await call(redriveDeadLetter, `dlq/${unowned?.id}/redrive`, { body: {}, identity: admin })).status, 409);
  t.is((await call(discardDeadLetter, `dlq/${unowned?.id}/discard`, { body: {}, identity: admin })).status, 422);
  const discarded = await call(discardDeadLetter, `dlq/${unowned?.id}/discard`, {
    body: { reason: 'a test' },
    identity: admin,
  });
  t.is(discarded.data.status, 'discarded');
});

test('many are sent again as a preview showed, page by page', async (t) => {
  const { bus, call, letters } = await start(t);
  await bus.publish(Array.from({ length: 5 }, () => lostReport(anAttempt())));
  const all = await letters(5);
  t.is((await call(redriveDeadLetters, 'dlq/redrive', { body: {} })).status, 422);
  const preview = await call(redriveDeadLetters, 'dlq/redrive', { body: { all: true, dryRun: true, limit: 3 } });
  t.deepEqual(
    preview.data.results.map(({ id }) => id),
    all.slice(0, 3).map(({ id }) => id),
  );
  const cursor = preview.data.nextCursor;
  const rest = await call(redriveDeadLetters, 'dlq/redrive', { body: { all: true, dryRun: true, limit: 3, cursor } });
  t.deepEqual([rest.data.results.length, rest.data.nextCursor], [2, null]);
  const done = await call(redriveDeadLetters, 'dlq/redrive', { body: { type: all[0]?.type } });
  t.deepEqual(new Set(done.data.results.map(({ outcome }) => outcome)), new Set(['redriven']));
  await letters(0);
  t.is((await letters(5, operator, '?status=redriven')).length, 5);
});

test('queues are counted, groups with waiting messages listed, and a scrape counts what is parked', async (t) => {
  const { bus, call, letters, url } = await start(t);
  const report = lostReport(anAttempt());
  await bus.publish([report, { ...report, id: lost('x').id, dedupId: 'other', destination: 'queue:tasks-default' }]);
  await letters(1);
  const { data } = await call(getQueueStats, 'stats');
  t.deepEqual(
    data.queues.map(({ queue }) => queue),
    ['tasks-default', 'request-inbox', 'executor-inbox', 'escalation-inbox', 'catalog-inbox'],
  );
  t.like(data.queues[0], { kind: 'pool', waiting: 1, inFlight: 0, delayed: 0, consumers: null });
  t.like(data.queues[1], { kind: 'inbox', waiting: 0, deadLetters: { waiting: 0, parked: 1 } });
  const { data: groups } = await call(listQueueMessages, 'messages');
  t.like(groups, [{ messageGroupId: report.groupId, requestId: report.groupId, parked: 1, toBeSent: 0 }]);
  t.like((await call(getQueueMessages, `messages/${report.groupId}`)).data, [{ type: report.type, state: 'parked' }]);
  t.is((await call(getQueueMessages, 'messages/unknown')).status, 404);
  const metrics = await (await fetch(new URL('/metrics', url))).text();
  t.regex(metrics, /pao_dead_letters\{queue="request-inbox"\} 1/);
});

test('only operators and admins, of the tenant it belongs to, see or change anything', async (t) => {
  const { bus, call, letters } = await start(t);
  await bus.publish([lostReport(anAttempt())]);
  const [letter] = await letters(1);
  const id = letter?.id ?? '';
  const reads = [
    [getQueueStats, 'stats'],
    [listQueueMessages, 'messages'],
    [getQueueMessages, `messages/${letter?.messageGroupId}`],
    [listDeadLetters, 'dlq/messages'],
    [getDeadLetter, `dlq/${id}`],
  ] as const;
  const changes = [
    [redriveDeadLetters, 'dlq/redrive', { all: true }],
    [redriveDeadLetter, `dlq/${id}/redrive`, {}],
    [discardDeadLetter, `dlq/${id}/discard`, { reason: 'mine' }],
  ] as const;
  for (const [operation, path, body] of [...reads, ...changes])
    t.is((await call(operation, path, { body, identity: developer })).status, 403, path);
  const foreign = { ...operator, tenant: 'other' };
  for (const [operation, path, body] of [...reads.slice(4), ...changes.slice(1)])
    t.is((await call(operation, path, { body, identity: foreign })).status, 404, path);
  await letters(0, foreign);
  for (const query of ['cursor=abc', 'since=x', 'requestId=1', 'status=gone', 'limit=0', 'what=1'])
    t.is((await call(listDeadLetters, `dlq/messages?${query}`)).status, 400, query);
});

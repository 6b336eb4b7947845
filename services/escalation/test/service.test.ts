import type { OutgoingMessage } from '@pao/bus';
import {
  encodeMessage,
  type MessageContract,
  requestAbortedV1,
  requestCompletedV1,
  requestFailedV1,
  requestRetriedV1,
  requestRollingBackV1,
  taskFailedV1,
  taskStuckV1,
} from '@pao/contracts';
import { eventually as until } from '@pao/testkit';
import test from 'ava';
import type { z } from 'zod';
import { newId } from './given.ts';
import { type Answer, developer, type RunningService, startService } from './running-service.ts';

const message = <Schema extends z.ZodType>(
  contract: MessageContract<string, Schema>,
  requestId: string,
  data: z.input<Schema>,
  tenantId = 'default',
): OutgoingMessage => {
  const id = newId();
  const fields = { id, subject: requestId, time: new Date(), correlationId: 'correlation-1', tenantId };
  return {
    id,
    destination: `topic:${contract.channel}`,
    groupId: requestId,
    dedupId: id,
    type: contract.type,
    body: encodeMessage(contract, fields, data),
  };
};

const catalog = { id: 'database-postgresql-standard', version: '1.0.0', hash: 'a'.repeat(64) };
const failure = { code: 'HTTP_STATUS', message: 'the platform answered 400', evidence: { status: 400 } };

const failed = (requestId: string, taskId: string, tenantId?: string, generation = 1): OutgoingMessage =>
  message(
    requestFailedV1,
    requestId,
    {
      requestId,
      catalog,
      name: 'orders-db',
      requestedBy: 'dev@example.test',
      task: { id: taskId, generation, actionId: 'create-database', type: 'rest-api', position: 1 },
      failure,
      stuck: 'outcome-unknown',
      completedTasks: 0,
      totalTasks: 3,
      failedAt: new Date(1_000 * generation).toISOString(),
    },
    tenantId,
  );

const completed = (requestId: string): OutgoingMessage =>
  message(requestCompletedV1, requestId, {
    requestId,
    catalog,
    name: 'orders-db',
    requestedBy: 'dev@example.test',
    submittedAt: new Date(0).toISOString(),
    completedAt: new Date().toISOString(),
  });

/** Asks until the answer is as expected; the test's own limit ends a wait in vain. */
const eventually = async (ask: () => Promise<Answer>, expected: (answer: Answer) => boolean): Promise<Answer> => {
  for (;;) {
    const answer = await ask();
    if (expected(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

const listed = ({ get }: RunningService, path: string, count: number): Promise<Answer> =>
  eventually(
    () => get(path),
    ({ body }) => body.data.length === count,
  );

test('a request that failed is listed until it is completed after all', async (t) => {
  const service = await startService(t);
  const [requestId, taskId] = [newId(), newId()];
  await service.bus.publish([failed(requestId, taskId)]);
  const { body } = await listed(service, '/escalations?status=open', 1);
  t.like(body.data[0], {
    requestId,
    status: 'open',
    catalogId: catalog.id,
    name: 'orders-db',
    requestedBy: 'dev@example.test',
    task: { id: taskId, generation: 1, actionId: 'create-database', type: 'rest-api', position: 1 },
    failure,
    stuck: 'outcome-unknown',
    completedTasks: 0,
    totalTasks: 3,
    failedAt: '1970-01-01T00:00:01.000Z',
  });
  t.deepEqual(body.pagination, { nextCursor: null, hasMore: false });
  await service.bus.publish([completed(requestId)]);
  await listed(service, `/escalations?status=closed&requestId=${requestId}`, 1);
  t.deepEqual((await service.get('/escalations?status=open')).body.data, []);
});

test('a retry closes what it answers, and an abort what is open then', async (t) => {
  const service = await startService(t);
  const [requestId, taskId] = [newId(), newId()];
  const about = { requestId, catalog, name: 'orders-db', requestedBy: 'dev@example.test' };
  await service.bus.publish([failed(requestId, taskId)]);
  await listed(service, '/escalations?status=open', 1);
  const tasks = [{ id: taskId, generation: 2 }];
  const retried = { ...about, decidedBy: 'op@example.test', tasks, retriedAt: new Date().toISOString() };
  await service.bus.publish([message(requestRetriedV1, requestId, retried)]);
  await listed(service, '/escalations?status=closed', 1);
  const other = newId();
  const aborted = { ...about, requestId: other, completedTasks: 0, totalTasks: 3, abortedAt: new Date().toISOString() };
  await service.bus.publish([failed(other, newId()), message(requestAbortedV1, other, aborted)]);
  await listed(service, '/escalations?status=closed', 2);
  t.deepEqual((await service.get('/escalations?status=open')).body.data, []);
});

test('a rollback closes what it answers, and not what an undo has stopped at since', async (t) => {
  const service = await startService(t);
  const [requestId, taskId, undo] = [newId(), newId(), newId()];
  await service.bus.publish([failed(requestId, taskId)]);
  await listed(service, '/escalations?status=open', 1);
  const about = {
    requestId,
    catalog,
    name: 'orders-db',
    requestedBy: 'dev@example.test',
    decidedBy: 'op@example.test',
  };
  const tasks = [{ id: undo, undoes: newId() }];
  const decided = { ...about, tasks, decidedAt: new Date().toISOString() };
  await service.bus.publish([message(requestRollingBackV1, requestId, decided)]);
  await listed(service, '/escalations?status=closed', 1);
  await service.bus.publish([failed(requestId, undo)]);
  await listed(service, '/escalations?status=open', 1);
  t.pass();
});

test('evidence of tasks is taken from the inbox', async (t) => {
  const service = await startService(t);
  const [requestId, taskId] = [newId(), newId()];
  const now = new Date().toISOString();
  const reference = { requestId, taskId, generation: 1 };
  await service.bus.publish([
    message(taskStuckV1, requestId, { ...reference, reason: 'outcome-unknown', failure, detectedAt: now }),
    message(taskFailedV1, requestId, { ...reference, failure, startedAt: now, finishedAt: now }),
    failed(requestId, taskId),
  ]);
  await listed(service, '/escalations', 1);
  // What is handled is removed together with others, a moment later.
  await until(async () => {
    const { waiting, inFlight } = await service.bus.depth('escalation-inbox');
    return waiting + inFlight === 0;
  });
  t.deepEqual(await service.bus.depth('escalation-inbox-dlq'), { waiting: 0, inFlight: 0 });
});

test('pages are joined by cursors', async (t) => {
  const service = await startService(t);
  await service.bus.publish(Array.from({ length: 5 }, () => failed(newId(), newId())));
  await listed(service, '/escalations', 5);
  const seen: string[] = [];
  for (let cursor = ''; ; ) {
    const { body } = await service.get(`/escalations?limit=2${cursor}`);
    seen.push(...body.data.map(({ id }) => id));
    if (!body.pagination.hasMore) break;
    cursor = `&cursor=${body.pagination.nextCursor}`;
  }
  t.is(new Set(seen).size, 5);
});

test('another tenant sees nothing of it', async (t) => {
  const service = await startService(t);
  const requestId = newId();
  await service.bus.publish([failed(requestId, newId(), 'other'), failed(newId(), newId())]);
  await listed(service, '/escalations', 1);
  const other = { ...developer, tenant: 'other' };
  t.is((await service.get(`/escalations?requestId=${requestId}`)).body.data.length, 0);
  t.is((await service.get('/escalations', other)).body.data.length, 1);
});

test('a malformed query is refused', async (t) => {
  const { get } = await startService(t);
  for (const query of ['status=x', 'requestId=1', 'cursor=abc', 'limit=0', 'limit=201', 'unknown=1']) {
    const { status, body } = await get(`/escalations?${query}`);
    t.is(status, 400, query);
    t.is(body.error.code, 'INVALID_REQUEST', query);
  }
});

test('a message nobody knows is not lost: it waits for its redelivery', async (t) => {
  const service = await startService(t);
  const requestId = newId();
  const unknown = { ...failed(requestId, newId()), type: 'request-escalating.v1' };
  await service.bus.publish([unknown, failed(newId(), newId())]);
  await listed(service, '/escalations', 1);
  const { waiting, inFlight } = await service.bus.depth('escalation-inbox');
  t.is(waiting + inFlight, 1);
});

import { createTopology, type OutgoingMessage } from '@pao/bus';
import {
  encodeMessage,
  type Incident,
  incidentOpenedV1,
  type MessageContract,
  requestCompletedV1,
  requestFailedV1,
} from '@pao/contracts';
import type { Identity } from '@pao/http';
import test from 'ava';
import type { z } from 'zod';
import { newId } from './given.ts';
import { developer, type RunningService, startService } from './running-service.ts';

const catalog = { id: 'database-postgresql-standard', version: '1.0.0', hash: 'a'.repeat(64) };
const about = { catalog, name: 'orders-db', requestedBy: 'dev@example.test' };

const message = <Schema extends z.ZodType>(
  contract: MessageContract<string, Schema>,
  requestId: string,
  data: z.input<Schema>,
): OutgoingMessage => {
  const id = newId();
  const fields = { id, subject: requestId, time: new Date(), correlationId: 'correlation-1', tenantId: 'default' };
  const destination = `topic:${contract.channel}` as const;
  return {
    id,
    destination,
    groupId: requestId,
    dedupId: id,
    type: contract.type,
    body: encodeMessage(contract, fields, data),
  };
};

const failed = (requestId: string): OutgoingMessage =>
  message(requestFailedV1, requestId, {
    ...{ requestId, ...about, completedTasks: 0, totalTasks: 3, failedAt: new Date().toISOString() },
    task: { id: newId(), generation: 1, actionId: 'create', type: 'rest-api', position: 1 },
    failure: { code: 'HTTP_503', message: 'it answered 503', evidence: { target: 'POST https://dbs.example/v1' } },
    stuck: 'outcome-unknown',
  });

const completed = (requestId: string): OutgoingMessage =>
  message(requestCompletedV1, requestId, {
    ...{ requestId, ...about, submittedAt: new Date(0).toISOString(), completedAt: new Date().toISOString() },
  });

interface Answer {
  readonly status: number;
  readonly body: {
    readonly data: readonly Incident[] &
      Incident & { readonly requests: readonly { requestId: string; waiting: boolean }[] };
    readonly pagination: { readonly nextCursor: string | null };
    readonly error: { readonly code: string };
  };
}

interface Sent {
  readonly body?: unknown;
  readonly identity?: Identity;
}

const call = (service: RunningService, method: string, path: string, sent: Sent = {}) =>
  service.call(method, path, sent) as unknown as Promise<Answer>;

/** Asks until it is so; the test's own limit ends a wait in vain. */
const until = async (ask: () => Promise<Answer>, isSo: (answer: Answer) => boolean): Promise<Answer> => {
  for (;;) {
    const answer = await ask();
    if (isSo(answer)) return answer;
  }
};

const given = async (service: RunningService, count: number) => {
  const requestIds = Array.from({ length: count }, () => newId());
  await service.bus.publish(requestIds.map(failed));
  const answer = await until(
    () => call(service, 'GET', '/incidents'),
    ({ body }) => body.data[0]?.requestCount === count,
  );
  return { requestIds, incident: answer.body.data[0] as Incident };
};

test('requests that fail alike are one incident, with its requests page by page and what explains it', async (t) => {
  const service = await startService(t);
  const { requestIds, incident } = await given(service, 5);
  t.like(incident, { status: 'open', count: 5, waitingCount: 5, stuckCount: 5, docUrl: '/api/v1/runbook/HTTP_503' });
  t.is(incident.fingerprint.targetHost, 'dbs.example');
  t.regex(incident.title, /^HTTP_503 \(The target failed\): create of database-postgresql-standard at dbs\.example$/);
  const seen: string[] = [];
  for (let cursor = ''; ; ) {
    const { body } = await call(service, 'GET', `/incidents/${incident.id}?limit=2${cursor}`);
    seen.push(...body.data.requests.map(({ requestId }) => requestId));
    if (body.pagination.nextCursor === null) break;
    cursor = `&cursor=${body.pagination.nextCursor}`;
  }
  t.deepEqual(seen.toSorted(), requestIds.toSorted());
  await service.bus.publish([completed(requestIds[0] ?? '')]);
  const now = await until(
    () => call(service, 'GET', `/incidents/${incident.id}`),
    ({ body }) => body.data.waitingCount === 4,
  );
  t.is(now.body.data.requests.filter(({ waiting }) => waiting).length, 4);
});

test('the news of an incident goes to no queue of the request service, which knows nothing of incidents', (t) => {
  const inboxes = createTopology().subscriptions.filter(({ topic }) => topic === incidentOpenedV1.channel);
  t.true(inboxes.length > 0);
  for (const { types } of inboxes.filter(({ queue }) => queue === 'request-inbox'))
    t.false(types?.includes(incidentOpenedV1.type) ?? true);
});

test('an incident is closed once, with a reason; saying the same again changes nothing', async (t) => {
  const service = await startService(t);
  const { incident } = await given(service, 2);
  const path = `/incidents/${incident.id}/close`;
  t.is((await call(service, 'POST', path, { body: {} })).body.error.code, 'VALIDATION_FAILED');
  const first = await call(service, 'POST', path, { body: { reason: 'mended' } });
  t.like(first.body.data, { status: 'closed', closed: { by: developer.email, reason: 'mended' }, waitingCount: 2 });
  t.is((await call(service, 'POST', path, { body: { reason: 'mended' } })).status, 200);
  const other = { ...developer, email: 'other@example.test' };
  t.is((await call(service, 'POST', path, { body: { reason: 'mended' }, identity: other })).status, 409);
  t.is((await call(service, 'GET', '/incidents?status=open')).body.data.length, 0);
});

test('another tenant sees and closes nothing of it, and what is malformed is refused', async (t) => {
  const service = await startService(t);
  const { incident } = await given(service, 2);
  const other = { ...developer, tenant: 'other' };
  t.is((await call(service, 'GET', '/incidents', { identity: other })).body.data.length, 0);
  t.is((await call(service, 'GET', `/incidents/${incident.id}`, { identity: other })).status, 404);
  t.is(
    (await call(service, 'POST', `/incidents/${incident.id}/close`, { body: { reason: 'x' }, identity: other })).status,
    404,
  );
  for (const query of ['status=forming', 'cursor=abc', 'limit=0', 'unknown=1', 'targetHost='])
    t.is((await call(service, 'GET', `/incidents?${query}`)).status, 400, query);
  t.is((await call(service, 'GET', '/incidents/1')).status, 400);
  t.is((await call(service, 'GET', '/incidents?failureCode=%00')).status, 400);
});

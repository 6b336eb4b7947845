import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { OutgoingMessage } from '@pao/bus';
import {
  approvalRequestedV1,
  encodeMessage,
  type MessageContract,
  type NotificationDelivery,
  type NotificationSubscription,
  type RequestFailedV1,
  requestCompletedV1,
  requestFailedV1,
} from '@pao/contracts';
import type { Identity } from '@pao/http';
import { newDataKey } from '@pao/runtime';
import test, { type ExecutionContext } from 'ava';
import type { z } from 'zod';
import { newId } from './given.ts';
import { developer, type RunningService, startService } from './running-service.ts';

interface Received {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A real server that keeps what it got and answers what the test says, 200 in the end. */
const startHook = async (t: ExecutionContext, answers: number[] = []) => {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    received.push({ headers: request.headers as Record<string, string>, body: Buffer.concat(chunks).toString() });
    response.writeHead(answers.shift() ?? 200).end('secret-of-the-hook');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const authority = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { received, authority, url: `http://${authority}/services/T0KEN-canary` };
};

const message = <S extends z.ZodType>(contract: MessageContract<string, S>, data: z.input<S>): OutgoingMessage => {
  const [id, subject] = [newId(), newId()];
  const fields = { id, subject, time: new Date(), correlationId: 'correlation-1', tenantId: 'default' };
  const body = encodeMessage(contract, fields, data);
  return { id, destination: `topic:${contract.channel}`, groupId: subject, dedupId: id, type: contract.type, body };
};

const catalog = { id: 'database-postgresql-standard', version: '1.0.0', hash: 'a'.repeat(64) };
const about = (name: string, requestedBy = 'dev@example.test') => ({ requestId: newId(), catalog, name, requestedBy });

const completed = (name: string, requestedBy?: string): OutgoingMessage => {
  const at = new Date().toISOString();
  return message(requestCompletedV1, { ...about(name, requestedBy), submittedAt: at, completedAt: at });
};

const failed = (name: string, overrides: Pick<RequestFailedV1, 'teams'> = {}): OutgoingMessage =>
  message(requestFailedV1, {
    ...about(name),
    ...overrides,
    task: { id: newId(), generation: 1, actionId: 'create', type: 'rest-api', position: 1 },
    failure: { code: 'HTTP_STATUS', message: 'the platform answered 400', evidence: { body: 'evidence-canary' } },
    completedTasks: 0,
    totalTasks: 1,
    failedAt: new Date().toISOString(),
  });

const wanted = (teams: readonly string[]): OutgoingMessage =>
  message(approvalRequestedV1, {
    ...about('orders-db', 'other@example.test'),
    approvalId: newId(),
    approval: 'cost',
    stage: 1,
    stages: 1,
    component: null,
    approvers: { teams: [...teams], users: [] },
    minimum: 1,
    given: 0,
    planDigest: 'b'.repeat(64),
    expiresAt: new Date().toISOString(),
    requestedAt: new Date().toISOString(),
  });

const start = (t: ExecutionContext, allow: string): Promise<RunningService> =>
  startService(t, { PAO_DATA_KEYS: newDataKey(), PAO_EGRESS_ALLOW: allow });

interface Options {
  readonly body?: unknown;
  readonly as?: Identity;
}

/** What a success and an error have together: a test that looks at the wrong one fails. */
interface Answered<T> {
  readonly status: number;
  readonly data: T;
  readonly error: { readonly code: string; readonly message: string };
}

const json = async <T>(
  { call }: RunningService,
  method: string,
  path: string,
  { body, as = developer }: Options = {},
): Promise<Answered<T>> => {
  const answer = await call(method, path, { identity: as, ...(body !== undefined && { body }) });
  return { ...(answer.body as unknown as Answered<T>), status: answer.status };
};

const subscribe = async (service: RunningService, body: object): Promise<NotificationSubscription> => {
  const created = await json<NotificationSubscription>(service, 'POST', '/notifications/subscriptions', {
    body: { name: 'mine', events: ['completed', 'failed', 'approval-wanted'], ...body },
  });
  if (created.status !== 200) throw new Error(`${created.error.code}: ${created.error.message}`);
  return created.data;
};

const deliveries = async (service: RunningService, query = ''): Promise<readonly NotificationDelivery[]> =>
  (await json<readonly NotificationDelivery[]>(service, 'GET', `/notifications/deliveries?limit=200${query}`)).data;

const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 30));
};

test('a signed webhook receives what happened to own requests once, and can verify it', async (t) => {
  const hook = await startHook(t);
  const service = await start(t, hook.authority);
  const { signingSecret = '' } = await subscribe(service, { channel: { kind: 'webhook', url: hook.url } });
  const event = completed('orders-db');
  await service.bus.publish([event, completed('not-mine', 'other@example.test')]);
  await service.bus.publish([{ ...event, dedupId: newId() }]);
  await until(async () => (await deliveries(service, '&status=delivered')).length === 1);
  t.is(hook.received.length, 1);
  const [{ headers, body } = { headers: {}, body: '' }] = hook.received;
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const key = Buffer.from(signingSecret.replace('whsec_', ''), 'base64');
  t.is(headers['webhook-signature'], `v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
  t.like(JSON.parse(body), { type: 'pao.completed', data: { request: { name: 'orders-db' } } });
});

test('a rotated secret signs beside the one before it', async (t) => {
  const hook = await startHook(t);
  const service = await start(t, hook.authority);
  const first = await subscribe(service, { channel: { kind: 'webhook', url: hook.url } });
  const path = `/notifications/subscriptions/${first.id}`;
  const rotated = await json<NotificationSubscription>(service, 'PATCH', path, { body: { rotateSecret: true } });
  t.regex(rotated.data.signingSecret ?? '', /^whsec_/);
  t.not(rotated.data.signingSecret, first.signingSecret);
  t.is((await json(service, 'POST', `${path}/test`)).status, 202);
  await until(() => hook.received.length === 1);
  const { headers, body } = hook.received[0] as Received;
  const signatures = [rotated.data.signingSecret, first.signingSecret].map((secret = '') => {
    const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
  });
  t.is(headers['webhook-signature'], signatures.join(' '));
});

test('names of users change nothing of a message for Slack, and evidence is not in it', async (t) => {
  const hook = await startHook(t);
  const service = await start(t, hook.authority);
  await subscribe(service, { channel: { kind: 'slack', url: hook.url } });
  await service.bus.publish([failed('<!channel> & "*x*"')]);
  await until(() => hook.received.length === 1);
  const body = hook.received[0]?.body ?? '';
  const parsed = JSON.parse(body) as { text: string; blocks: { text?: { type: string } }[] };
  t.is(parsed.text, 'Request failed: &lt;!channel&gt; &amp; "*x*"');
  t.is(parsed.blocks[0]?.text?.type, 'plain_text');
  t.false(body.includes('evidence-canary'));
});

test('who answers 503 is tried again later under the same id, who answers 404 is not', async (t) => {
  const hook = await startHook(t, [503, 404]);
  const service = await start(t, hook.authority);
  const { id } = await subscribe(service, { channel: { kind: 'webhook', url: hook.url } });
  await service.bus.publish([completed('orders-db')]);
  await until(async () => (await deliveries(service)).some(({ tries }) => tries === 1));
  const [waiting] = await deliveries(service);
  t.like(waiting, { status: 'waiting', answer: 'HTTP_503', tries: 1 });
  t.true(Date.parse(waiting?.dueAt ?? '') > Date.parse(waiting?.occurredAt ?? ''));
  t.is((await json(service, 'POST', `/notifications/deliveries/${waiting?.id}/resend`)).error.code, 'CONFLICT');
  // Going on with it forgets the wait of the subscription, so that the next event is told at once.
  await json(service, 'PATCH', `/notifications/subscriptions/${id}`, { body: { paused: false } });
  await service.bus.publish([completed('second')]);
  await until(async () => (await deliveries(service, '&status=failed')).length === 1);
  const [refused] = await deliveries(service, '&status=failed');
  t.like(refused, { answer: 'HTTP_404', problem: 'It answered 404.' });
  t.is((await json(service, 'POST', `/notifications/deliveries/${refused?.id}/resend`)).status, 202);
  await until(async () => (await deliveries(service, '&status=delivered')).length === 1);
  t.is(hook.received.at(-1)?.headers['webhook-id'], hook.received.at(-2)?.headers['webhook-id']);
});

test('an approval is told to the teams it asks, and to nobody else', async (t) => {
  const hook = await startHook(t);
  const service = await start(t, hook.authority);
  const channel = { kind: 'webhook', url: hook.url };
  await subscribe(service, { channel, scope: { kind: 'team', team: 'payments' } });
  await service.bus.publish([wanted(['security'])]);
  await service.bus.publish([wanted(['payments'])]);
  await until(() => hook.received.length === 1);
  t.is((await deliveries(service)).length, 1);
});

test('a failure is told to the team that asked and to owners of what was asked for, and to no other team', async (t) => {
  const hook = await startHook(t);
  const service = await start(t, hook.authority);
  const channel = { kind: 'webhook', url: hook.url };
  await subscribe(service, { channel, scope: { kind: 'team', team: 'payments' } });
  await service.bus.publish([failed('theirs', { teams: ['security'] }), failed('of-before', { teams: undefined })]);
  await service.bus.publish([failed('ours', { teams: ['security', 'payments'] })]);
  await until(() => hook.received.length === 1);
  t.true(hook.received[0]?.body.includes('ours'));
  t.is((await deliveries(service)).length, 1);
});

test('secrets are in no answer, and others neither see nor change a subscription', async (t) => {
  const hook = await startHook(t);
  const service = await start(t, hook.authority);
  const { id } = await subscribe(service, { channel: { kind: 'slack', url: hook.url } });
  const answers = [
    await json(service, 'GET', '/notifications/subscriptions'),
    await json(service, 'PATCH', `/notifications/subscriptions/${id}`, { body: { name: 'other' } }),
    await json(service, 'POST', `/notifications/subscriptions/${id}/test`),
  ];
  await until(async () => (await deliveries(service, '&status=delivered')).length === 1);
  t.false(JSON.stringify([answers, await deliveries(service)]).match(/canary|secret-of/) !== null);
  const other = { ...developer, subject: 'user:x', email: 'x@example.test', teams: [] };
  t.deepEqual((await json(service, 'GET', '/notifications/subscriptions', { as: other })).data, []);
  for (const [method, path] of [
    ['PATCH', ''],
    ['DELETE', ''],
    ['POST', '/test'],
  ] as const) {
    const answer = await json(service, method, `/notifications/subscriptions/${id}${path}`, {
      ...(method === 'PATCH' && { body: {} }),
      as: other,
    });
    t.is(answer.status, 404, method);
  }
  t.is((await json(service, 'DELETE', `/notifications/subscriptions/${id}`)).status, 200);
  t.deepEqual(await deliveries(service), []);
});

test('what could not be sent later is refused when it is saved', async (t) => {
  const hook = await startHook(t);
  const service = await start(t, hook.authority);
  const slack = { kind: 'slack', url: hook.url };
  const base = { name: 'x', events: ['failed'], channel: slack };
  const wrong: readonly (readonly [object, string])[] = [
    [{ template: '{{ .current.nothing }}' }, 'VALIDATION_FAILED'],
    [{ template: '{{ .current.title' }, 'VALIDATION_FAILED'],
    [{ template: '{"a": x{{ .current.title }}}', channel: { kind: 'webhook', url: hook.url } }, 'VALIDATION_FAILED'],
    [{ schedule: { kind: 'daily', at: '08:00', timeZone: 'Mars/Olympus' } }, 'VALIDATION_FAILED'],
    [{ channel: { kind: 'slack', url: 'http://hooks.example.test/x' } }, 'VALIDATION_FAILED'],
    [{ channel: { kind: 'email', to: ['a@example.test\r\nBcc: b@example.test'] } }, 'VALIDATION_FAILED'],
    [{ channel: { kind: 'email', to: ['a@example.test'] } }, 'VALIDATION_FAILED'],
    [{ scope: { kind: 'all' } }, 'FORBIDDEN'],
    [{ scope: { kind: 'team', team: 'security' } }, 'FORBIDDEN'],
  ];
  for (const [body, code] of wrong) {
    const answer = await json(service, 'POST', '/notifications/subscriptions', { body: { ...base, ...body } });
    t.is(answer.error?.code, code, JSON.stringify(body));
  }
});

import {
  type DecidedRequest,
  type ErrorEnvelope,
  type RetryPreview,
  taskCancelledV1,
  taskFailedV1,
  taskStuckV1,
} from '@pao/contracts';
import test, { type ExecutionContext } from 'ava';
import { anItem } from './documents.ts';
import { required } from './given.ts';
import { type CallOptions, developer, eventually, type RunningService, startService } from './running-service.ts';

const at = () => new Date().toISOString();

const failure = {
  code: 'HTTP_503',
  message: 'the target answered 503',
  evidence: { target: 'POST https://platform.example/v1/databases', attempt: 'pao-x-g1-call' },
};

interface DecisionAnswer {
  readonly status: number;
  readonly body: { readonly data?: DecidedRequest } & Partial<ErrorEnvelope>;
}

const decide = async (
  service: RunningService,
  path: string,
  body: unknown,
  options: CallOptions = {},
): Promise<DecisionAnswer> => {
  const headers = { 'content-type': 'application/json', ...(await service.headers(options)) };
  const response = await fetch(`${service.url}/requests/${path}`, {
    method: 'POST',
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as DecisionAnswer['body'] };
};

const isNow = (service: RunningService, id: string, status: string) =>
  eventually(
    async () => required((await service.get(`/requests/${id}`)).body.data).status,
    (found) => found === status,
  );

/** A service with a request whose only task failed, or is stuck. */
const stopped = async (t: ExecutionContext, kind: 'failed' | 'stuck' = 'failed') => {
  const service = await startService(t);
  const item = anItem();
  await service.offer(item);
  const items = [{ schemaVersion: 'catalog/v1', catalogItemId: item.metadata.id, input: { name: 'orders-db' } }];
  const { id } = await service.accept({ items });
  const { taskId, generation } = required((await service.takeCommands())[0]).data;
  const about = { requestId: id, taskId, generation, failure, startedAt: at() };
  if (kind === 'failed') await service.publish(taskFailedV1, id, { ...about, finishedAt: at() });
  else await service.publish(taskStuckV1, id, { ...about, reason: 'outcome-unknown', detectedAt: at() });
  await isNow(service, id, 'failed');
  return { service, id, taskId };
};

test('a retry is accepted once with the version that was seen, and a command of the next generation goes out', async (t) => {
  const { service, id, taskId } = await stopped(t);
  const { version } = required((await service.get(`/requests/${id}`)).body.data);
  const accepted = await decide(service, `${id}/retry`, { version, reason: 'try again' });
  t.is(accepted.status, 202);
  t.like(accepted.body.data, { id, status: 'retrying', version: version + 1, decidedBy: developer.email });
  t.like(required((await service.takeCommands())[0]).data, { taskId, generation: 2 });
  const late = await decide(service, `${id}/abort`, { version });
  t.is(late.status, 409);
  t.like(late.body.error, { code: 'CONFLICT' });
  t.regex(late.body.error?.message ?? '', /is retrying now, in version 3\. Possible now: abort\./);
  t.deepEqual(late.body.error?.details.slice(0, 2), [
    { field: 'status', issue: 'retrying' },
    { field: 'possible', issue: 'abort' },
  ]);
});

test('what may have happened is previewed with its evidence, and named when the acknowledgement is missing', async (t) => {
  const { service, id } = await stopped(t, 'stuck');
  const preview = required((await service.get<RetryPreview>(`/requests/${id}/retry`)).body.data);
  t.like(preview, { acknowledgementNeeded: true, version: 2 });
  const check = 'Look at POST https://platform.example/v1/databases for what carries the key pao-x-g1-call.';
  t.like(preview.mayHaveHappened[0], { position: 1, check, failure });
  const refused = await decide(service, `${id}/retry`, {});
  t.is(refused.status, 409);
  t.deepEqual(refused.body.error?.details, [{ field: 'tasks.1', issue: `the target answered 503 ${check}` }]);
  t.is((await decide(service, `${id}/retry`, { acknowledgeUnknown: true })).status, 202);
  t.is((await service.get(`/requests/${id}/retry`)).status, 409);
});

test('an abort asks the executor and ends with its answer', async (t) => {
  const { service, id, taskId } = await stopped(t);
  await decide(service, `${id}/retry`, {});
  await service.takeCommands();
  const { body } = await decide(service, `${id}/abort`, { reason: 'not wanted' });
  t.is(body.data?.status, 'aborting');
  const [cancel] = await service.takeCommands();
  t.like(cancel, { type: 'cancel-task.v1', data: { requestId: id, taskId, generation: 2 } });
  await service.publish(taskCancelledV1, id, { requestId: id, taskId, generation: 2, cancelledAt: at() });
  await isNow(service, id, 'aborted');
});

test('strangers are refused, operators are not, and other tenants learn nothing', async (t) => {
  const { service, id } = await stopped(t);
  const stranger = { ...developer, subject: 'user:else', email: 'else@example.test', teams: ['others'] };
  for (const path of [`${id}/retry`, `${id}/abort`]) {
    const refused = await decide(service, path, {}, { identity: stranger });
    t.is(refused.status, 403);
    t.is(refused.body.error?.code, 'FORBIDDEN');
    const foreign = { ...stranger, roles: ['admin'], tenant: 'elsewhere' };
    t.is((await decide(service, path, {}, { identity: foreign })).status, 404);
  }
  t.is((await decide(service, `${id}/abort`, {}, { identity: { ...stranger, roles: ['operator'] } })).status, 202);
});

test('a body that breaks the contract decides nothing', async (t) => {
  const { service, id } = await stopped(t);
  const bodies = [
    { reason: 'x'.repeat(501) },
    { reason: '  ' },
    { version: 0 },
    { version: '3' },
    { acknowledgeUnknown: 'yes' },
    { force: true },
    [],
  ];
  for (const body of bodies) t.is((await decide(service, `${id}/retry`, body)).status, 422, JSON.stringify(body));
  t.is((await decide(service, `${id}/retry`, undefined)).status, 400);
  t.is((await decide(service, 'not-an-id/retry', {})).status, 400);
  t.is(required((await service.get(`/requests/${id}`)).body.data).version, 2);
});

test('a key repeats its answer, and refuses another body and another request', async (t) => {
  const { service, id } = await stopped(t);
  const options = { headers: { 'idempotency-key': 'decision-1' } };
  const first = await decide(service, `${id}/retry`, { reason: 'a' }, options);
  t.is(first.status, 202);
  t.deepEqual(await decide(service, `${id}/retry`, { reason: 'a' }, options), first);
  const other = await decide(service, `${id}/retry`, { reason: 'b' }, options);
  t.is(other.status, 422);
  t.is(other.body.error?.code, 'IDEMPOTENCY_MISMATCH');
  // A key is one of its operation: the same one may abort.
  t.is((await decide(service, `${id}/abort`, {}, options)).status, 202);
});

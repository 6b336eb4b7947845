import { randomBytes } from 'node:crypto';
import { type ResumeTaskV1, taskSucceededV1, taskWaitingV1 } from '@pao/contracts';
import test, { type ExecutionContext } from 'ava';
import { anAction, anItem } from './documents.ts';
import { required } from './given.ts';
import { eventually, type RunningService, startService } from './running-service.ts';

const KEY = randomBytes(32).toString('base64');
const environment = { PAO_PUBLIC_URL: 'https://pao.example', PAO_CALLBACK_KEY: KEY };
const waits = anAction({ config: { ...anAction().config, waitForCallback: true } });
const ORDER = {
  items: [{ schemaVersion: 'catalog/v1', catalogItemId: 'database-standard', input: { name: 'orders-db' } }],
};

const send = async (service: RunningService, token: string, body?: unknown) => {
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const headers = await service.headers({ headers: text === undefined ? {} : { 'content-type': 'application/json' } });
  const init = { method: 'POST', headers, ...(text !== undefined && { body: text }) };
  const response = await fetch(`${service.url}/callbacks/${token}`, init);
  return { status: response.status, text: await response.text() };
};

/** A task on its way that waits for a callback. */
const started = async (t: ExecutionContext, options: Parameters<typeof startService>[1] = {}) => {
  const service = await startService(t, { environment, ...options });
  await service.offer(anItem({ actions: [waits] }));
  const { id } = await service.accept(ORDER);
  const { data } = required((await service.takeCommands())[0]);
  const { taskId, generation, callbackUrl } = data;
  const token = required(callbackUrl?.split('/').at(-1));
  const attempt = { requestId: id, taskId, generation };
  return {
    service,
    id,
    callbackUrl,
    token,
    attempt,
    task: async () => required((await service.get(`/requests/${id}`)).body.data.tasks[0]),
  };
};

const resumes = async (service: RunningService): Promise<readonly ResumeTaskV1[]> =>
  (await service.takeCommands()).map(({ type, data }) => {
    if (type !== 'resume-task.v1') throw new Error(`${type} came`);
    return data as unknown as ResumeTaskV1;
  });

const at = new Date().toISOString();

const waitingFor = (kind: 'callback' | 'check') => {
  const until = new Date(Date.now() + 60_000).toISOString();
  return { kind, what: 'the approval of the network team', until } as { kind: 'callback'; what: string; until: string };
};

test('a callback goes to the executor that waits for it, once, whatever comes of it later', async (t) => {
  const { service, token, callbackUrl, attempt, task } = await started(t);
  t.regex(required(callbackUrl), /^https:\/\/pao\.example\/api\/v1\/callbacks\/[\w.-]+$/);
  await service.publish(taskWaitingV1, attempt.requestId, {
    ...{ ...attempt, outputs: {}, startedAt: at, since: at },
    waitingFor: waitingFor('callback'),
  });
  await eventually(task, ({ status }) => status === 'waiting');
  t.is((await send(service, token, { ok: true, n: 1 })).status, 202);
  const [answer, ...others] = await resumes(service);
  t.like(answer, { ...attempt, actionType: 'rest-api', answer: { kind: 'callback', body: { ok: true, n: 1 } } });
  t.deepEqual(others, []);
  t.truthy((await task()).calledBackAt);
  t.is((await send(service, token, { ok: false })).status, 200);
  await service.publish(taskSucceededV1, attempt.requestId, {
    ...{ ...attempt, outputs: {}, startedAt: at, finishedAt: at },
  });
  await eventually(task, ({ status }) => status === 'completed');
  t.is((await send(service, token)).status, 200);
  t.is((await service.bus.depth('tasks-default')).waiting, 0);
});

test('it may be faster than the news that somebody waits, and be empty', async (t) => {
  const { service, token } = await started(t);
  const answers = await Promise.all(Array.from({ length: 8 }, () => send(service, token)));
  t.deepEqual(
    answers.map(({ status }) => status).toSorted((a, b) => a - b),
    [...Array(7).fill(200), 202],
  );
  t.like((await resumes(service))[0], { answer: { kind: 'callback', body: null } });
});

test('nothing is told to who has no good address, and nothing is stored', async (t) => {
  const lines: string[] = [];
  const { service, token } = await started(t, { log: { write: (line) => void lines.push(line) } });
  for (const wrong of ['x', `${token}x`, token.replace('.1.1.', '.1.2.'), '%00', '%2e%2e', `${token.slice(0, -2)}AA`])
    t.true([404, 400].includes((await send(service, wrong)).status), wrong);
  t.is((await send(service, token, '{"a":')).status, 400);
  t.is((await send(service, token, JSON.stringify('x'.repeat(70_000)))).status, 413);
  t.is((await send(service, token)).status, 202);
  t.false(
    lines.some((line) => line.includes(token)),
    'the log has the token',
  );
  t.true(lines.some((line) => line.includes('/callbacks/[redacted]')));
});

test('what waits for something else, or is over, takes none', async (t) => {
  const { service, token, attempt, task, id } = await started(t);
  await service.publish(taskWaitingV1, id, {
    ...{ ...attempt, outputs: {}, startedAt: at, since: at },
    waitingFor: waitingFor('check'),
  });
  await eventually(task, ({ status }) => status === 'waiting');
  t.is((await send(service, token)).status, 409);
  const headers = await service.headers({ headers: { 'content-type': 'application/json' } });
  await fetch(`${service.url}/requests/${id}/abort`, { method: 'POST', headers, body: '{}' });
  t.is((await send(service, token)).status, 409);
});

test('without an address or a key, commands carry none', async (t) => {
  const { service } = { service: await startService(t, { environment: { PAO_PUBLIC_URL: 'https://pao.example' } }) };
  await service.offer(anItem({ actions: [waits] }));
  await service.accept(ORDER);
  t.false('callbackUrl' in required((await service.takeCommands())[0]).data);
  t.is((await send(service, 'x')).status, 404);
});

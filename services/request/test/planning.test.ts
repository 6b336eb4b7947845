import { type DataOf, type Envelope, type ExecuteTaskV1, type planRequests, taskSucceededV1 } from '@pao/contracts';
import test from 'ava';
import { anAction, anItem } from './documents.ts';
import { required } from './given.ts';
import {
  type Answer,
  type CallOptions,
  developer,
  eventually,
  type RunningService,
  startService,
} from './running-service.ts';
import { readServerSentEvents } from './sse.ts';

const entry = (rest: object = {}) => ({
  schemaVersion: 'catalog/v1',
  catalogItemId: 'database-standard',
  input: { name: 'orders' },
  ...rest,
});

type Plans = DataOf<typeof planRequests>;

const plan = async (service: RunningService, body: unknown, options?: CallOptions): Promise<Answer<Plans>> => {
  const headers = { 'content-type': 'application/json', ...(await service.headers(options)) };
  const response = await fetch(`${service.url}/requests/plan`, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: response.status, body: (await response.json()) as Answer<Plans>['body'], headers: response.headers };
};

const digestOf = async (service: RunningService): Promise<string> =>
  required((await plan(service, { items: [entry()] })).body.data.items[0]).planDigest;

const priced = (version: string, monthly: string) => anItem({ version, rest: { cost: { currency: 'EUR', monthly } } });

const countRequests = async ({ database }: RunningService): Promise<number | undefined> =>
  (await database.query<{ count: number }>({ text: 'SELECT count(*) AS count FROM requests' }))[0]?.count;

test('a plan is answered and leaves nothing behind', async (t) => {
  const service = await startService(t);
  await service.offer(priced('1.0.0', '5 + current.basic.storageGb * 0.1'));
  const { status, body } = await plan(service, { items: [entry(), entry({ input: { name: 'shop' } })] });
  t.is(status, 200);
  t.deepEqual(body.data.cost, [{ currency: 'EUR', monthly: 20 }]);
  t.like(body.data.items[0]?.tasks[0], {
    position: 1,
    actionId: 'create',
    runs: 'yes',
    payload: { body: { contentTemplate: '{"name": "orders", "size": 50}' } },
  });
  t.is(await countRequests(service), 0);
});

test('what can’t be planned is refused as its submission would be, field by field', async (t) => {
  const service = await startService(t);
  await service.offer(anItem({ rest: { policy: { visibility: { teams: ['payments'] } } } }));
  const bodies = [
    { items: [entry(), entry({ catalogItemId: 'nothing-here' })] },
    { items: [entry({ input: { name: 5, basic: { storageGb: 'big' } } })] },
    { items: [entry({ bundleId: 'database-standard' })] },
    { items: [] },
  ];
  for (const body of bodies) {
    const [planned, submitted] = [await plan(service, body), await service.submit(body)];
    t.is(planned.status, submitted.status);
    t.is(planned.body.error.code, submitted.body.error.code);
    t.deepEqual(planned.body.error.details, submitted.body.error.details);
  }
  const stranger = { ...developer, teams: ['others'] };
  t.is((await plan(service, { items: [entry()] }, { identity: stranger })).body.error.code, 'UNKNOWN_CATALOG_ITEM');
});

test('a request that is as planned is accepted, and keeps the digest and the cost', async (t) => {
  const service = await startService(t);
  await service.offer(priced('1.0.0', '5'));
  const planDigest = await digestOf(service);
  const { id } = await service.accept({ items: [entry({ planDigest })] });
  t.like((await service.get(`/requests/${id}`)).body.data, { planDigest, cost: [{ currency: 'EUR', monthly: 5 }] });
  const plain = await service.accept({ items: [entry()] });
  t.false('planDigest' in (await service.get(`/requests/${plain.id}`)).body.data);
});

test('when the catalog changes between plan and submission, the change is told and nothing is stored', async (t) => {
  const service = await startService(t);
  await service.offer(priced('1.0.0', '5'));
  const planDigest = await digestOf(service);
  await service.offer(priced('1.1.0', '50'));
  const { status, body } = await service.submit({ items: [entry(), entry({ planDigest })] });
  t.is(status, 409);
  t.is(body.error.code, 'PLAN_CHANGED');
  t.deepEqual(
    body.error.details.map(({ field }) => field),
    ['items[1].planDigest'],
  );
  t.regex(body.error.details[0]?.issue ?? '', /database-standard 1\.1\.0 .*EUR 50\.00/);
  t.is(await countRequests(service), 0);
  t.is((await service.submit({ items: [entry({ planDigest: await digestOf(service) })] })).status, 202);
});

test('what is no digest is refused before anything is judged', async (t) => {
  const service = await startService(t);
  const { body } = await service.submit({ items: [entry({ planDigest: 'latest' })] });
  t.is(body.error.code, 'VALIDATION_FAILED');
  t.is(body.error.details[0]?.field, 'items[0].planDigest');
});

const succeed = (service: RunningService, { data }: Envelope<ExecuteTaskV1>, outputs: Record<string, string>) => {
  const { requestId, taskId, generation } = data;
  const at = new Date().toISOString();
  const report = { requestId, taskId, generation, outputs, startedAt: at, finishedAt: at };
  return service.publish(taskSucceededV1, requestId, report);
};

test('a task whose condition says no is skipped, in the answers, the list, the stream and the audit', async (t) => {
  const service = await startService(t);
  const second = anAction({ id: 'open', when: "output.endpoint == 'public'" });
  await service.offer(anItem({ actions: [anAction(), second, anAction({ id: 'last' })] }));
  const { id } = await service.accept({ items: [entry()] });
  await succeed(service, required((await service.takeCommands())[0]), { endpoint: 'private' });
  await succeed(service, required((await service.takeCommands())[0]), {});
  const done = await eventually(
    () => service.get(`/requests/${id}`),
    ({ body }) => body.data.status === 'completed',
  );
  t.deepEqual(
    done.body.data.tasks.map(({ status }) => status),
    ['completed', 'skipped', 'completed'],
  );
  t.deepEqual(done.body.data.progress, { completed: 2, skipped: 1, total: 3 });
  t.like((await service.get<object[]>('/requests')).body.data[0], { progress: { completed: 2, skipped: 1, total: 3 } });
  const rows = await service.database.query<{ reason: string; to_status: string }>({
    text: "SELECT reason, to_status FROM audit WHERE change = 'task-skipped'",
  });
  t.deepEqual(rows, [{ reason: "its condition says no: output.endpoint == 'public'", to_status: 'skipped' }]);
  const stream = await fetch(`${service.url}/requests/${id}/events`, { headers: await service.headers() });
  const told: unknown[] = [];
  for await (const { data } of readServerSentEvents(required(stream.body))) told.push(JSON.parse(data));
  t.like(
    told.find((event) => (event as { to: string }).to === 'skipped'),
    { change: 'task-skipped', from: 'pending' },
  );
});

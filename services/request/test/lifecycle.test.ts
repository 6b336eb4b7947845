import {
  type Envelope,
  type ExecuteTaskV1,
  type Task,
  taskFailedV1,
  taskStartedV1,
  taskStuckV1,
  taskSucceededV1,
} from '@pao/contracts';
import test from 'ava';
import { aBundle, aLongItem, anAction, anItem, hashOf } from './documents.ts';
import { required } from './given.ts';
import { developer, eventually, type RunningService, startService } from './running-service.ts';

const ask = (id: string, input: object = { name: 'orders-db' }) => ({
  items: [{ schemaVersion: 'catalog/v1', catalogItemId: id, input }],
});

const at = () => new Date().toISOString();

const succeed = (
  { publish }: RunningService,
  { data }: Envelope<ExecuteTaskV1>,
  outputs: Record<string, string> = {},
) => {
  const { requestId, taskId, generation } = data;
  return publish(taskSucceededV1, requestId, {
    requestId,
    taskId,
    generation,
    outputs,
    startedAt: at(),
    finishedAt: at(),
  });
};

const statusOf = async ({ get }: RunningService, id: string): Promise<string> =>
  (await get(`/requests/${id}/status`)).body.data.status;

const reaches = (service: RunningService, id: string, status: string) =>
  eventually(
    () => statusOf(service, id),
    (found) => found === status,
  );

test('an item goes from its submission to completed: command out, result in, outputs kept', async (t) => {
  const service = await startService(t);
  const item = anItem();
  await service.offer(item);
  const submitted = await service.submit(ask(item.metadata.id, { name: 'orders-db', basic: { storageGb: 100 } }));
  t.is(submitted.status, 202);
  const summary = required(submitted.body.data.requests[0]);
  t.like(summary, {
    status: 'submitted',
    kind: 'item',
    catalogId: item.metadata.id,
    catalogVersion: '1.0.0',
    name: 'orders-db',
    requestedBy: developer.email,
    progress: { completed: 0, total: 1 },
  });
  t.is(submitted.body.data.correlationId, submitted.headers.get('x-correlation-id') ?? '');

  const [command, ...others] = await service.takeCommands();
  t.is(others.length, 0);
  if (!command) return t.fail('no command');
  t.like(command, { subject: summary.id, type: 'execute-task.v1', correlationid: submitted.body.data.correlationId });
  t.deepEqual(command.data.catalog, { id: item.metadata.id, version: '1.0.0', hash: hashOf(item) });
  t.deepEqual(command.data.action, {
    type: 'rest-api',
    id: 'create',
    name: 'Create it',
    config: {
      endpoint: { url: 'https://platform.example/v1/databases', method: 'POST' },
      headers: { 'X-Requested-By': 'dev@example.test' },
      body: { type: 'json', contentTemplate: '{"name": "orders-db", "size": 100}' },
    },
    outputs: { endpoint: 'body.endpoint' },
    timeoutSeconds: 30,
    idempotent: false,
  });

  await succeed(service, command, { endpoint: 'db.example' });
  await reaches(service, summary.id, 'completed');
  const { data } = (await service.get(`/requests/${summary.id}`)).body;
  t.like(data, {
    status: 'completed',
    progress: { completed: 1, total: 1 },
    input: { name: 'orders-db', basic: { storageGb: 100 } },
    outputs: { endpoint: 'db.example' },
    failure: null,
  });
  t.like(data.tasks[0], {
    position: 1,
    status: 'completed',
    generation: 1,
    outputs: { endpoint: 'db.example' },
    dependsOn: [],
  });
  for (const time of ['queuedAt', 'startedAt', 'finishedAt'] as const)
    t.is(typeof data.tasks[0]?.[time], 'string', time);
});

test('the tasks of an item run one after the other, each with what the earlier ones gave', async (t) => {
  const service = await startService(t);
  const item = aLongItem();
  await service.offer(item);
  const { id } = await service.accept(ask(item.metadata.id));
  const seen: string[] = [];
  for (const outputs of [{ endpoint: 'db.example' }, { arn: 'arn:1' }, {}] as Record<string, string>[]) {
    const commands = await service.takeCommands();
    t.is(commands.length, 1);
    const [command] = commands;
    if (!command) return t.fail();
    seen.push(`${command.data.action.id} ${JSON.stringify(command.data.action.config.body)}`);
    await succeed(service, command, outputs);
  }
  await reaches(service, id, 'completed');
  t.deepEqual(
    seen.map((text) => text.split(' ')[0]),
    ['first', 'second', 'third'],
  );
  t.true(seen[1]?.includes('db.example'));
  t.true(seen[2]?.includes('arn:1') && seen[2].includes('db.example'));
});

test('a failure stops the request, tells the others, and leaves the rest pending', async (t) => {
  const service = await startService(t);
  await service.offer(aLongItem());
  const { id } = await service.accept(ask('database-long'));
  const [command] = await service.takeCommands();
  if (!command) return t.fail();
  const { requestId, taskId, generation } = command.data;
  const failure = { code: 'HTTP_STATUS', message: 'the platform answered 400\u0000', evidence: { status: 400 } };
  await service.publish(taskFailedV1, id, {
    requestId,
    taskId,
    generation,
    failure,
    startedAt: at(),
    finishedAt: at(),
  });
  await reaches(service, id, 'failed');
  const { data } = (await service.get(`/requests/${id}`)).body;
  t.deepEqual(
    data.tasks.map(({ status }) => status),
    ['failed', 'pending', 'pending'],
  );
  t.like(data.failure, {
    code: 'HTTP_STATUS',
    message: 'the platform answered 400\ufffd',
    taskId,
    actionId: 'first',
    stuck: null,
  });
  const receive = () =>
    service.bus.receive({ queue: 'escalation-inbox', max: 10, waitSeconds: 1, visibilitySeconds: 0 });
  const messages = await eventually(receive, (all) => all.some(({ type }) => type === 'request-failed.v1'));
  const told = messages.find(({ type }) => type === 'request-failed.v1');
  t.like(JSON.parse(told?.body ?? '').data, {
    requestId: id,
    completedTasks: 0,
    totalTasks: 3,
    task: { id: taskId, position: 1 },
  });
});

test('a task whose outcome nobody knows holds the request until a late result settles it', async (t) => {
  const service = await startService(t);
  await service.offer(aLongItem());
  const { id } = await service.accept(ask('database-long'));
  const [command] = await service.takeCommands();
  if (!command) return t.fail();
  const { requestId, taskId, generation } = command.data;
  await service.publish(taskStartedV1, id, { requestId, taskId, generation, startedAt: at() });
  await reaches(service, id, 'processing');
  const failure = { code: 'TIMEOUT', message: 'no answer' };
  await service.publish(taskStuckV1, id, {
    requestId,
    taskId,
    generation,
    reason: 'outcome-unknown',
    failure,
    detectedAt: at(),
  });
  await reaches(service, id, 'failed');
  t.is((await service.get(`/requests/${id}/status`)).body.data.failure?.stuck, 'outcome-unknown');
  await succeed(service, command, { endpoint: 'db.example' });
  await reaches(service, id, 'processing');
  t.is((await service.takeCommands())[0]?.data.action.id, 'second');
});

test('a bundle runs its components in order, all reading one form', async (t) => {
  const service = await startService(t);
  const reading = {
    endpoint: { url: 'https://platform.example/{{.current.name}}', method: 'PUT' },
    query: { e: '{{.output.endpoint | default "none"}}' },
  };
  await service.offer(
    anItem(),
    anItem({ id: 'app-standard', actions: [anAction({ config: reading })] }),
    aBundle([
      { id: 'app', catalogItem: 'app-standard', dependsOn: ['db'] },
      { id: 'db', catalogItem: 'database-standard', dependsOn: [], input: { basic: { storageGb: 70 } } },
    ]),
  );
  const body = { items: [{ schemaVersion: 'catalog/v1', bundleId: 'bundle-webapp', input: { name: 'shop' } }] };
  const { id, kind } = await service.accept(body);
  t.is(kind, 'bundle');
  const [first] = await service.takeCommands();
  if (!first) return t.fail();
  t.is(first.data.catalog.id, 'database-standard');
  t.true(JSON.stringify(first.data.action.config).includes('\\"size\\": 70'));
  await succeed(service, first, { endpoint: 'db.example' });
  const [second] = await service.takeCommands();
  if (!second) return t.fail();
  t.deepEqual(second.data.action.config, {
    endpoint: { url: 'https://platform.example/shop', method: 'PUT' },
    query: { e: 'db.example' },
  });
  await succeed(service, second);
  await reaches(service, id, 'completed');
  const tasks = (await service.get<Task[]>(`/requests/${id}/tasks`)).body.data;
  t.deepEqual(
    tasks.map(({ component }) => component),
    ['db', 'app'],
  );
  t.deepEqual(tasks[1]?.dependsOn, [required(tasks[0]).id]);
});

const component = (id: string, dependsOn: string[] = []) => ({ id, catalogItem: 'database-standard', dependsOn });

test('a parallel bundle queues what does not wait for anything at once', async (t) => {
  const service = await startService(t);
  await service.offer(anItem(), aBundle([component('a'), component('b'), component('c', ['a', 'b'])], 'parallel'));
  const body = { items: [{ schemaVersion: 'catalog/v1', bundleId: 'bundle-webapp', input: { name: 'shop' } }] };
  const { id } = await service.accept(body);
  const commands = await service.takeCommands();
  t.is(commands.length, 2);
  // Both results at once: two writers of one version.
  await Promise.all(commands.map((command) => succeed(service, command)));
  const [last] = await service.takeCommands();
  if (!last) return t.fail();
  await succeed(service, last);
  await reaches(service, id, 'completed');
});

test('a configuration that can’t be rendered fails the request with its place, and nothing is sent', async (t) => {
  const service = await startService(t);
  const config = { endpoint: { url: 'https://platform.example/{{.output.missing}}', method: 'POST' } };
  await service.offer(anItem({ actions: [anAction({ config })] }));
  const summary = await service.accept(ask('database-standard'));
  t.is(summary.status, 'failed');
  const { failure, tasks } = (await service.get(`/requests/${summary.id}`)).body.data;
  t.is(failure?.code, 'TEMPLATE_ERROR');
  t.regex(failure?.message ?? '', /\/endpoint\/url/);
  t.is(tasks[0]?.status, 'failed');
  t.is(tasks[0]?.startedAt, null);
  const { waiting, inFlight } = await service.bus.depth('tasks-default');
  t.is(waiting + inFlight, 0);
});

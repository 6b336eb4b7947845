import {
  type AuditRowView,
  type DataOf,
  type Envelope,
  type ExecuteTaskV1,
  type getRequestLogs,
  taskCancelledV1,
  taskStartedV1,
  taskSucceededV1,
  type verifyRequestAudit,
} from '@pao/contracts';
import test, { type ExecutionContext } from 'ava';
import { createRememberedCatalog } from '../src/adapters/memory/remembered-catalog.ts';
import { createPostgresCatalogStore } from '../src/adapters/postgres/catalog-store.ts';
import { createPostgresOverdueTasks } from '../src/adapters/postgres/overdue-tasks.ts';
import { createPostgresRequestStore } from '../src/adapters/postgres/request-store.ts';
import { resendOverdue } from '../src/core/use-cases/resend-overdue.ts';
import { anAction, anItem } from './documents.ts';
import { required, sha256 } from './given.ts';
import { eventually, newId, type RunningService, startService } from './running-service.ts';

const IDS = ['first', 'second', 'third'] as const;

/** Three actions that need nothing of each other. */
const item = anItem({ actions: IDS.map((id) => anAction({ id, outputs: { [id]: 'body.id' } })) });
const ORDER = {
  items: [{ schemaVersion: 'catalog/v1', catalogItemId: 'database-standard', input: { name: 'orders' } }],
};

type Ordered = Pick<ExecuteTaskV1, 'taskId' | 'generation' | 'action'>;

const tasksOf = ({ taskId, generation, action, followUps = [] }: ExecuteTaskV1): readonly Ordered[] => [
  { taskId, generation, action },
  ...followUps,
];

const times = () => ({ startedAt: new Date().toISOString(), finishedAt: new Date().toISOString() });

const success = ({ taskId, generation, action: { id } }: Ordered) => ({
  ...{ taskId, generation, ...times(), outputs: { [id]: `of ${id}` } },
  log: [{ sequence: 1, at: new Date().toISOString(), level: 'info' as const, message: `done: ${id}` }],
});

/** Tells that the last of these succeeded, and what was completed before. */
const succeed = ({ publish }: RunningService, requestId: string, tasks: readonly Ordered[]) => {
  const all = tasks.map(success);
  const completedBefore = all.slice(0, -1);
  const last = required(all.at(-1));
  return publish(taskSucceededV1, requestId, {
    requestId,
    ...last,
    ...(completedBefore.length > 0 && { completedBefore }),
  });
};

const setup = async (t: ExecutionContext) => {
  const service = await startService(t);
  await service.offer(item);
  const { id } = await service.accept(ORDER);
  return { service, id };
};

/** The only command that came. */
const commandOf = async (service: RunningService): Promise<Envelope<ExecuteTaskV1>> => {
  const commands = await service.takeCommands();
  if (commands.length !== 1) throw new Error(`${commands.length} commands came`);
  return required(commands[0]);
};

const reaches = (service: RunningService, id: string, status: string) =>
  eventually(
    async () => (await service.get(`/requests/${id}`)).body.data,
    (found) => found.status === status,
  );

const auditOf = async ({ get }: RunningService, id: string) =>
  (await get<AuditRowView[]>(`/requests/${id}/audit`)).body.data;

const abort = async (service: RunningService, id: string): Promise<void> => {
  const headers = { 'content-type': 'application/json', ...(await service.headers()) };
  await fetch(`${service.url}/requests/${id}/abort`, { method: 'POST', headers, body: '{}' });
};

test('one command brings three tasks, and one answer completes the request with outputs, logs and a whole audit', async (t) => {
  const { service, id } = await setup(t);
  const { data } = await commandOf(service);
  t.deepEqual(
    tasksOf(data).map(({ action }) => action.id),
    [...IDS],
  );
  await succeed(service, id, tasksOf(data));
  const { tasks, outputs } = await reaches(service, id, 'completed');
  t.deepEqual(outputs, { first: 'of first', second: 'of second', third: 'of third' });
  for (const task of tasks) {
    t.deepEqual(task.outputs, { [task.actionId]: `of ${task.actionId}` });
    for (const time of ['queuedAt', 'startedAt', 'finishedAt'] as const) t.is(typeof task[time], 'string', time);
  }
  const { lines } = (await service.get<DataOf<typeof getRequestLogs>>(`/requests/${id}/logs?tail=100`)).body.data;
  const told = lines.filter(({ source }) => source === 'executor');
  for (const task of tasks) {
    const own = told.filter(({ taskId }) => taskId === task.id);
    t.deepEqual(
      own.map(({ message }) => message),
      [`done: ${task.actionId}`],
    );
  }
  const changes = (await auditOf(service, id)).map(({ change }) => change);
  t.deepEqual(changes, [
    ...['request-submitted', 'task-queued', 'task-started', 'request-processing', 'task-completed'],
    ...['task-started', 'task-completed', 'task-started', 'task-completed', 'request-completed'],
  ]);
  const verified = await service.get<DataOf<typeof verifyRequestAudit>>(`/requests/${id}/audit/verify`);
  t.like(verified.body.data, { rows: changes.length, intact: true });
});

test('an executor that answers for the first task alone gets the rest in commands of its own', async (t) => {
  const { service, id } = await setup(t);
  const brought: (readonly string[])[] = [];
  for (const _ of IDS) {
    const { data } = await commandOf(service);
    const [head] = tasksOf(data);
    brought.push(tasksOf(data).map(({ action }) => action.id));
    await succeed(service, id, [required(head)]);
  }
  t.deepEqual(brought, [['first', 'second', 'third'], ['second', 'third'], ['third']]);
  const { outputs } = await reaches(service, id, 'completed');
  t.deepEqual(outputs, { first: 'of first', second: 'of second', third: 'of third' });
});

test('what was begun before an abort is told of, and the rest is skipped', async (t) => {
  const { service, id } = await setup(t);
  const { data } = await commandOf(service);
  await abort(service, id);
  const cancellations = await service.takeCommands();
  t.deepEqual(
    cancellations.map(({ type, data: { taskId } }) => [type, taskId]),
    [['cancel-task.v1', data.taskId]],
  );
  const statuses = async () => (await service.get(`/requests/${id}`)).body.data.tasks.map(({ status }) => status);
  t.deepEqual(await statuses(), ['queued', 'pending', 'pending']);
  const [first, second] = tasksOf(data).map(success);
  const { taskId, generation, startedAt } = required(second);
  const started = { requestId: id, taskId, generation, startedAt, completedBefore: [required(first)] };
  await service.publish(taskStartedV1, id, started);
  await eventually(statuses, ([, now]) => now === 'processing');
  t.deepEqual(await statuses(), ['completed', 'processing', 'skipped']);
  await succeed(service, id, tasksOf(data).slice(0, 2));
  await reaches(service, id, 'aborted');
  t.deepEqual(await statuses(), ['completed', 'completed', 'skipped']);
});

test('a cancellation before anything was begun skips all that the command brought', async (t) => {
  const { service, id } = await setup(t);
  const { taskId, generation } = (await commandOf(service)).data;
  await abort(service, id);
  await service.publish(taskCancelledV1, id, {
    ...{ requestId: id, taskId, generation },
    cancelledAt: new Date().toISOString(),
  });
  const { tasks } = await reaches(service, id, 'aborted');
  t.deepEqual(
    tasks.map(({ status }) => status),
    ['skipped', 'skipped', 'skipped'],
  );
});

/** One run of what sends lost commands again, as if an hour had passed. */
const resendNow = ({ database }: RunningService): Promise<number> => {
  const documents = createPostgresCatalogStore(database);
  const resend = resendOverdue({
    ...{ store: createPostgresRequestStore(database), overdue: createPostgresOverdueTasks(database), waitMs: 60_000 },
    catalog: createRememberedCatalog({ documents, elapsed: () => performance.now() }),
    commits: { committed: () => undefined },
    platform: { environment: 'development', account: '', region: '' },
    now: () => new Date(Date.now() + 3_600_000),
    ...{ newId, digest: sha256, sealer: undefined },
  });
  return resend(new AbortController().signal);
};

test('a command that got lost comes again with what it brought', async (t) => {
  const { service, id } = await setup(t);
  const first = await commandOf(service);
  await eventually(
    () => resendNow(service),
    (sent) => sent === 1,
  );
  const again = await commandOf(service);
  t.not(again.id, first.id);
  t.deepEqual(again.data, first.data);
  t.is(tasksOf(again.data).length, 3);
  await succeed(service, id, tasksOf(again.data));
  await reaches(service, id, 'completed');
});

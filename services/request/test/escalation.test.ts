import {
  escalationOpenedV1,
  type HandBackRefusedV1,
  handBackRefusedV1,
  type RequestEscalatingV1,
  type ResumePreview,
  requestEscalatingV1,
  requestResumedV1,
  type TicketResolvedV1,
  taskSucceededV1,
  ticketResolvedV1,
} from '@pao/contracts';
import test from 'ava';
import { required } from './given.ts';
import { at, decide, heard, read, stands, stoppedService } from './running-escalation.ts';
import { developer, type RunningService } from './running-service.ts';

const ticket = (n: number) => ({ key: `OPS-${n}`, url: `https://jira.example/browse/OPS-${n}` });

/** Plays the escalation service: a ticket stands for each task that gets one. */
const open = async (service: RunningService, { requestId, round, tasks }: RequestEscalatingV1) => {
  const tickets = tasks
    .filter(({ ticketed }) => ticketed)
    .map(({ id, generation, position }) => ({ taskId: id, generation, ...ticket(position) }));
  const data = { requestId, round, tickets, openedAt: at() };
  await service.publish(escalationOpenedV1, requestId, data);
  await service.publish(escalationOpenedV1, requestId, data);
};

const escalated = async (...args: Parameters<typeof stoppedService>) => {
  const stopped = await stoppedService(...args);
  const { service, id } = stopped;
  t202(await decide(service, `${id}/escalate`, { reason: 'the platform is gone' }));
  await open(service, (await heard<RequestEscalatingV1>(service, requestEscalatingV1.type)).data);
  await stands(service, id, 'escalated completed waiting waiting');
  return stopped;
};

const t202 = ({ status, body }: Awaited<ReturnType<typeof decide>>): void => {
  if (status !== 202) throw new Error(JSON.stringify(body));
};

const resolve = (service: RunningService, id: string, rest: Partial<TicketResolvedV1> & { taskId: string }) =>
  service.publish(ticketResolvedV1, id, {
    requestId: id,
    generation: 1,
    ...ticket(2),
    outcome: 'done',
    resolution: 'Done',
    outputs: {},
    resolvedBy: 'Olga Ops',
    resolvedAt: at(),
    ...rest,
  });

test('a failed request is handed to people, comes back with what they made, and runs to its end', async (t) => {
  const { service, id, second } = await escalated(t);
  const escalation = await read(service, id);
  t.like(escalation, {
    escalationRound: 1,
    failure: { code: 'HTTP_503', docUrl: '/api/v1/runbook/HTTP_503', taskId: second.taskId },
  });
  t.deepEqual(
    escalation.tasks.map((task) => task.ticket),
    [undefined, ticket(2), ticket(3)],
  );

  const early = await decide(service, `${id}/resume`);
  t.is(early.status, 409);
  t.deepEqual(early.body.error?.details, [
    { field: 'tasks.2', issue: 'ticket OPS-2, https://jira.example/browse/OPS-2' },
  ]);

  await resolve(service, id, { taskId: second.taskId, outputs: { nothing: 'of use' } });
  const refused = await heard<HandBackRefusedV1>(service, handBackRefusedV1.type);
  t.deepEqual(refused.data.problems, [{ field: 'outputs.arn', issue: 'is missing: task 3 reads it' }]);

  await resolve(service, id, { taskId: second.taskId, outputs: { arn: 'arn:db' } });
  await stands(service, id, 'escalated completed completed waiting');
  const preview = (await service.get<ResumePreview>(`/requests/${id}/resume`)).body.data;
  t.like(preview, { unsettled: [], automated: [{ position: 3, generation: 2, ticket: ticket(3) }] });
  t.deepEqual(
    preview.completed.map(({ outputs }) => outputs),
    [{ endpoint: 'db.example' }, { arn: 'arn:db' }],
  );
  t202(await decide(service, `${id}/resume`, { version: preview.version }));
  t.like((await heard(service, requestResumedV1.type)).data, { requestId: id, tasks: [{ generation: 2 }] });

  const { data: command } = required((await service.takeCommands())[0]);
  t.deepEqual(command.action.config.body, {
    type: 'json',
    contentTemplate: '{"arn": "arn:db", "at": "db.example"}',
  });
  const { requestId, taskId, generation } = command;
  const times = { startedAt: at(), finishedAt: at(), outputs: {} };
  await service.publish(taskSucceededV1, id, { requestId, taskId, generation, ...times });
  await stands(service, id, 'completed completed completed completed');
  const { progress, outputs } = await read(service, id);
  t.deepEqual(progress, { completed: 3, total: 3 });
  t.deepEqual(outputs, { endpoint: 'db.example', arn: 'arn:db' });
  const verified = await service.get<{ readonly valid: boolean }>(`/requests/${id}/audit/verify`);
  t.is(verified.status, 200);
});

test('a person completes by hand what is typed in, and is told of each output that is missing', async (t) => {
  const { service, id, second, third } = await stoppedService(t, 'stuck');
  const path = `${id}/tasks/${second.taskId}/complete`;
  const refused = await decide(service, path, { outputs: { endpoint: 'x' } });
  t.is(refused.status, 422);
  t.deepEqual(refused.body.error?.details, [{ field: 'outputs.arn', issue: 'is missing: task 3 reads it' }]);
  t.is((await decide(service, `${id}/tasks/${third}/complete`, {})).status, 409);
  t.is((await decide(service, `${id}/tasks/${id}/complete`, {})).status, 404);
  t202(await decide(service, path, { outputs: { arn: 'arn:db' }, note: 'it was there already' }));
  await stands(service, id, 'processing completed completed queued');
  const audit = await service.get<readonly { change: string; actor: string; reason?: string }[]>(
    `/requests/${id}/audit`,
  );
  t.like(
    audit.body.data.find(({ change }) => change === 'task-completed-by-hand'),
    { actor: developer.email, reason: 'it was there already' },
  );
});

test('a declined ticket ends the request; nobody is asked to cancel anything', async (t) => {
  const { service, id, third } = await escalated(t);
  await resolve(service, id, {
    taskId: third,
    outcome: 'declined',
    resolution: "Won't Do",
    note: 'not in this quarter',
  });
  await stands(service, id, 'aborted completed skipped skipped');
  t.deepEqual(await service.bus.depth('tasks-default'), { waiting: 0, inFlight: 0 });
});

test('who escalates, resumes and completes is who may decide, once for one key', async (t) => {
  const { service, id, second } = await stoppedService(t);
  const stranger = { ...developer, subject: 'user:else', email: 'else@example.test', teams: ['others'] };
  for (const path of ['escalate', 'resume', `tasks/${second.taskId}/complete`]) {
    t.is((await decide(service, `${id}/${path}`, {}, { identity: stranger })).status, 403);
    const foreign = { ...stranger, roles: ['admin'], tenant: 'elsewhere' };
    t.is((await decide(service, `${id}/${path}`, {}, { identity: foreign })).status, 404);
  }
  const options = { headers: { 'idempotency-key': 'escalation-1' } };
  const first = await decide(service, `${id}/escalate`, {}, options);
  t.is(first.status, 202);
  t.deepEqual(await decide(service, `${id}/escalate`, {}, options), first);
  t.is((await decide(service, `${id}/escalate`)).status, 409);
  t.is((await decide(service, `${id}/resume`)).status, 409);
  t.is((await decide(service, `${id}/retry`)).status, 409);
  t.is((await service.get(`/requests/${id}/resume`)).status, 409);
});

test('of many who take a request over, resume it and close its tickets at once, each change happens once', async (t) => {
  const { service, id, second } = await stoppedService(t);
  const escalations = await Promise.all(Array.from({ length: 8 }, () => decide(service, `${id}/escalate`)));
  t.is(escalations.filter(({ status }) => status === 202).length, 1);
  await open(service, (await heard<RequestEscalatingV1>(service, requestEscalatingV1.type)).data);
  await stands(service, id, 'escalated completed waiting waiting');
  await Promise.all([
    ...Array.from({ length: 5 }, (_, index) =>
      resolve(service, id, { taskId: second.taskId, outputs: { arn: `arn:${index}` } }),
    ),
    ...Array.from({ length: 5 }, () =>
      decide(service, `${id}/tasks/${second.taskId}/complete`, { outputs: { arn: 'arn:typed' } }),
    ),
  ]);
  await stands(service, id, 'escalated completed completed waiting');
  const resumes = await Promise.all(Array.from({ length: 8 }, () => decide(service, `${id}/resume`)));
  t.is(resumes.filter(({ status }) => status === 202).length, 1);
  const changes = (await service.get<readonly { change: string }[]>(`/requests/${id}/audit?limit=100`)).body.data;
  for (const change of ['request-escalating', 'request-escalated', 'task-completed-by-hand', 'task-resumed'])
    t.is(changes.filter((row) => row.change === change).length, 1, change);
});

test('outputs that break the contract or can’t be kept complete nothing, whatever they are', async (t) => {
  const { service, id, second } = await stoppedService(t);
  const path = `${id}/tasks/${second.taskId}/complete`;
  const bodies: readonly (readonly [unknown, number])[] = [
    [[], 422],
    [{ outputs: [] }, 422],
    [{ outputs: 'arn' }, 422],
    [{ outputs: { arn: 'a' }, force: true }, 422],
    [{ outputs: { arn: 'a' }, note: 'x'.repeat(501) }, 422],
    [{ outputs: { arn: 'a' }, version: 0 }, 422],
    [{ outputs: { arn: null } }, 422],
    [{ outputs: { arn: '\ud800' } }, 422],
    [{ outputs: { arn: 'a', '': 1 } }, 422],
    [{ outputs: { arn: 'x'.repeat(70_000) } }, 422],
    [{ outputs: { arn: 'a\0b' } }, 400],
    [{ outputs: { arn: 'a' }, version: 1 }, 409],
  ];
  for (const [body, status] of bodies)
    t.is((await decide(service, path, body)).status, status, JSON.stringify(body).slice(0, 60));
  await stands(service, id, 'failed completed failed pending');
  t202(await decide(service, path, { outputs: { arn: 'a', constructor: 'fine', list: [1, { b: null }] } }));
});

import { taskWaitingV1 } from '@pao/contracts';
import test, { type ExecutionContext } from 'ava';
import { anAction, anItem } from './documents.ts';
import { required } from './given.ts';
import { developer, eventually, type RunningService, startService } from './running-service.ts';

const ORDER = {
  items: [{ schemaVersion: 'catalog/v1', catalogItemId: 'database-standard', input: { name: 'orders-db' } }],
};

const someone = (name: string, rest: Partial<typeof developer>) => ({
  ...{ ...developer, subject: `user:${name}`, email: `${name}@example.test`, teams: [], roles: ['developer'] },
  ...rest,
});
const approver = someone('ada', { roles: ['approver'] });
const owner = someone('olga', { teams: ['platform-db'] });

/** A task that waits for a decision about its plan. */
const waiting = async (t: ExecutionContext) => {
  const service = await startService(t);
  const item = anItem({ actions: [anAction()] });
  await service.offer({ ...item, metadata: { ...item.metadata, owner: { team: 'platform-db' } } });
  const { id } = await service.accept(ORDER);
  const { data } = required((await service.takeCommands())[0]);
  const { taskId, generation } = data;
  const at = new Date().toISOString();
  await service.publish(taskWaitingV1, id, {
    ...{ requestId: id, taskId, generation, outputs: {}, startedAt: at, since: at },
    waitingFor: {
      ...{ kind: 'approval', what: 'a decision about the plan of network', details: '+ a network\n- a database' },
      until: new Date(Date.now() + 60_000).toISOString(),
    },
  });
  const task = async () => required((await service.get(`/requests/${id}`)).body.data.tasks[0]);
  await eventually(task, ({ status }) => status === 'waiting');
  return { service, id, taskId, task, decide: deciding(service, id, taskId) };
};

const deciding =
  (service: RunningService, id: string, taskId: string) =>
  async (body: object, identity = approver, key?: string): Promise<number> => {
    const more = { 'content-type': 'application/json', ...(key !== undefined && { 'idempotency-key': key }) };
    const headers = await service.headers({ identity, headers: more });
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    return (await fetch(`${service.url}/requests/${id}/tasks/${taskId}/decision`, init)).status;
  };

test('an approver lets a task do what it shows, once, and its executor is told', async (t) => {
  const { service, id, taskId, task, decide } = await waiting(t);
  t.is((await task()).waitingFor?.details, '+ a network\n- a database');
  t.is(await decide({ approved: true, reason: 'as agreed' }, approver, 'key-1'), 202);
  t.is(await decide({ approved: true, reason: 'as agreed' }, approver, 'key-1'), 202);
  t.is(await decide({ approved: false }, approver, 'key-1'), 422);
  t.is(await decide({ approved: false }), 409);
  const commands = await service.takeCommands();
  t.deepEqual(
    commands.map(({ type, data }) => [type, data.taskId]),
    [['resume-task.v1', taskId]],
  );
  const answer = { kind: 'approval', approved: true, by: approver.email, reason: 'as agreed' };
  t.like(commands[0]?.data, { answer } as never);
  t.like((await task()).waitingFor?.decision, { approved: true, by: approver.email });
  const audit = await service.get<readonly { change: string; actor: string; reason?: string }[]>(
    `/requests/${id}/audit`,
  );
  t.like(
    audit.body.data.find(({ change }) => change === 'task-plan-approved'),
    { actor: approver.email, reason: 'as agreed' },
  );
});

test('neither who asked nor who has nothing to do with it decides; the team that owns the item does', async (t) => {
  const { service, decide } = await waiting(t);
  t.is(await decide({ approved: true }, someone('eve', {})), 403);
  t.is(await decide({ approved: true }, { ...developer, roles: ['approver', 'operator'] }), 403);
  t.is(await decide({ approved: true, version: 1 }, owner), 409);
  t.is(await decide({ approved: 'yes' }, owner), 422);
  t.is(await decide({ approved: false, reason: 'not the database' }, owner), 202);
  t.like((await service.takeCommands())[0]?.data, { answer: { approved: false, reason: 'not the database' } } as never);
});

test('of many who decide at once one does, and nothing is decided about what does not wait', async (t) => {
  const { service, id, decide } = await waiting(t);
  const people = Array.from({ length: 6 }, (_, index) => someone(`p${index}`, { roles: ['approver'] }));
  const answers = await Promise.all(people.map((person, index) => decide({ approved: index % 2 === 0 }, person)));
  t.deepEqual(
    answers.toSorted((a, b) => a - b),
    [202, 409, 409, 409, 409, 409],
  );
  t.is((await service.takeCommands()).length, 1);
  t.is(await deciding(service, id, id)({ approved: true }), 404);
  t.is(await deciding(service, crypto.randomUUID(), id)({ approved: true }), 404);
});

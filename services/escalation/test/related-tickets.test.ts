import {
  requestAbortedV1,
  type TaskTicketedV1,
  type TaskWaitingForTicket,
  taskTicketedV1,
  taskWaitingV1,
  ticketResolvedV1,
} from '@pao/contracts';
import { WAITING_LABEL } from '@pao/jira';
import { eventually, startFakeJira } from '@pao/testkit';
import test, { type ExecutionContext } from 'ava';
import { newId } from './given.ts';
import { message } from './given-handover.ts';
import { newsFor } from './news.ts';
import { startService } from './running-service.ts';

// Tickets that the tasks of a bundle created themselves, in the order in which the bundle has them.

const start = async (t: ExecutionContext) => {
  const jira = await startFakeJira();
  t.teardown(() => jira.close());
  const service = await startService(t, {
    PAO_JIRA_URL: jira.url,
    PAO_JIRA_EMAIL: 'pao@example.test',
    PAO_JIRA_API_TOKEN: 'a-secret-token',
    PAO_EGRESS_ALLOW: jira.host,
    PAO_ESCALATION_SWEEP_SECONDS: '1',
  });
  const created = async () => {
    const body = { project: { key: 'OPS' }, issuetype: { name: 'Task' }, summary: 'a share', labels: [WAITING_LABEL] };
    const response = await fetch(`${jira.url}/rest/api/3/issue`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ fields: body }),
    });
    const { id, key } = (await response.json()) as { readonly id: string; readonly key: string };
    return { id, key, url: `${jira.url}/browse/${key}`, instance: 'default' };
  };
  return { jira, service, created, news: newsFor(service.bus) };
};

type World = Awaited<ReturnType<typeof start>>;

/** Two tickets of which the second comes after the first. */
const two = async ({ created }: World, overrides: Partial<TaskTicketedV1> = {}) => {
  const [first, second] = [await created(), await created()];
  const requestId = newId();
  const reference = ({ instance, key, url }: typeof first) => ({ instance, key, url });
  const ticketed: TaskTicketedV1 = {
    ...{ requestId, taskId: newId(), generation: 1, ...reference(second), waits: true, fields: {} },
    after: [{ taskId: newId(), generation: 1, ...reference(first) }],
    toldAt: new Date().toISOString(),
    ...overrides,
  };
  return { requestId, second, ticketed };
};

const waiting = (
  { requestId, taskId, generation }: TaskTicketedV1,
  { id, key, url }: { readonly id: string; readonly key: string; readonly url: string },
): Omit<TaskWaitingForTicket, 'log' | 'completedBefore'> => {
  const now = new Date().toISOString();
  return {
    ...{ requestId, taskId, generation, outputs: { key }, startedAt: now, since: now },
    waitingFor: { kind: 'ticket', system: 'jira', instance: 'default', id, key, url, fields: {} },
  };
};

test('they are linked once, however often and in whatever order it is told, with the links that the bundle asks for', async (t) => {
  const world = await start(t);
  const { jira, service } = world;
  const { requestId, second, ticketed } = await two(world, { linkType: 'Gates' });
  await service.bus.publish([
    message(taskTicketedV1, requestId, ticketed),
    message(taskWaitingV1, requestId, waiting(ticketed, second)),
    message(taskTicketedV1, requestId, ticketed),
  ]);
  await eventually(() => jira.links.length > 0);
  await eventually(async () => (await service.bus.depth('escalation-inbox')).waiting === 0);
  t.deepEqual(jira.links, [{ type: 'Gates', inward: 'OPS-1', outward: 'OPS-2' }]);
  jira.resolve('OPS-2');
  t.like(await world.news(ticketResolvedV1), { taskId: ticketed.taskId, key: 'OPS-2', outcome: 'done' });
});

test('a ticket whose task waits is watched although the executor’s own word of it was lost', async (t) => {
  const world = await start(t);
  const { jira, service, news } = world;
  const { requestId, ticketed } = await two(world, { fields: { arn: 'customfield_10010' } });
  await service.bus.publish([message(taskTicketedV1, requestId, ticketed)]);
  await eventually(() => jira.links.length === 1);
  jira.edit('OPS-2', { customfield_10010: 'arn:share' });
  jira.resolve('OPS-2');
  t.like(await news(ticketResolvedV1), { key: 'OPS-2', outputs: { arn: 'arn:share' } });
});

test('a ticket that is heard of after its request was aborted is closed with a comment, as those heard of before', async (t) => {
  const world = await start(t);
  const { jira, service, created } = world;
  const { requestId, ticketed } = await two(world);
  const other = await created();
  const aborted = {
    ...{ requestId, catalog: { id: 'efs-share', version: '1.0.0', hash: 'a'.repeat(64) }, name: 'share' },
    ...{ requestedBy: 'dev@example.test', completedTasks: 0, totalTasks: 1, abortedAt: new Date().toISOString() },
  };
  await service.bus.publish([message(requestAbortedV1, requestId, aborted)]);
  // A database that is busy is told as 503.
  await eventually(async () => (await service.call('GET', `/requests/${requestId}/escalation`)).status === 404);
  await service.bus.publish([message(taskWaitingV1, requestId, waiting(ticketed, other))]);
  await eventually(() => jira.issues[2]?.status === 'Done');
  t.true(JSON.stringify(jira.issues[2]?.comments).includes('was aborted'));
});

import {
  escalatedTaskSettledV1,
  escalationOpenedV1,
  handBackRefusedV1,
  requestEscalatingV1,
  requestResumedV1,
  ticketResolvedV1,
} from '@pao/contracts';
import { eventually, type FakeJira, rateLimited, startFakeJira } from '@pao/testkit';
import test, { type ExecutionContext } from 'ava';
import { escalatedTasks, escalating, message } from './given-handover.ts';
import { newsFor } from './news.ts';
import { developer, type RunningService, startService } from './running-service.ts';

const jiraVariables = ({ url, host }: FakeJira) => ({
  PAO_JIRA_URL: url,
  PAO_JIRA_EMAIL: 'pao@example.test',
  PAO_JIRA_API_TOKEN: 'a-secret-token',
  PAO_JIRA_WEBHOOK_SECRET: 'a-secret-of-sixteen-and-more',
  PAO_EGRESS_ALLOW: host,
  PAO_ESCALATION_JIRA_PROJECT: 'OPS',
  PAO_ESCALATION_SWEEP_SECONDS: '1',
});

const start = async (t: ExecutionContext, variables: Readonly<Record<string, string>> = {}) => {
  const jira = await startFakeJira();
  t.teardown(() => jira.close());
  const service = await startService(t, { ...jiraVariables(jira), ...variables });
  return { jira, service, news: newsFor(service.bus) };
};

const ticketsOf = async ({ call }: RunningService, requestId: string) =>
  (await call('GET', `/requests/${requestId}/escalation`)).body.data;

const outputsDocument = (text: string) => ({
  version: 1,
  type: 'doc',
  content: [{ type: 'codeBlock', attrs: { language: 'outputs' }, content: [{ type: 'text', text }] }],
});

test('every task that people have to do gets a ticket, each blocked by the one before', async (t) => {
  const { jira, service, news } = await start(t);
  const data = escalating(escalatedTasks(3));
  await service.bus.publish([message(requestEscalatingV1, data.requestId, data)]);
  const opened = await news(escalationOpenedV1);
  t.deepEqual(
    opened.tickets.map(({ key }) => key),
    ['OPS-1', 'OPS-2', 'OPS-3'],
  );
  await eventually(() => jira.links.length === 2);
  t.deepEqual(jira.links, [
    { type: 'Blocks', inward: 'OPS-1', outward: 'OPS-2' },
    { type: 'Blocks', inward: 'OPS-2', outward: 'OPS-3' },
  ]);
  const [first] = jira.issues;
  t.is(first?.fields['summary'], 'orders: part-1, Task 1');
  t.deepEqual(first?.fields['labels'], [`pao-${data.tasks[0]?.id}-g1-escalation`, 'pao-escalation']);
  const { status, tickets } = await ticketsOf(service, data.requestId);
  t.is(status, 'opened');
  t.deepEqual(tickets[2]?.blockedBy, ['OPS-2']);
  t.is(
    (
      await service.call('GET', `/requests/${data.requestId}/escalation`, {
        identity: { ...developer, tenant: 'other' },
      })
    ).status,
    404,
  );
});

test('a closed ticket is handed back with the outputs somebody wrote into a comment', async (t) => {
  const { jira, service, news } = await start(t);
  const data = escalating(escalatedTasks(2));
  await service.bus.publish([message(requestEscalatingV1, data.requestId, data)]);
  await news(escalationOpenedV1);
  jira.comment('OPS-1', outputsDocument('endpoint: https://db.example.com\nport: 5432'));
  jira.resolve('OPS-1');
  const resolved = await news(ticketResolvedV1);
  t.like(resolved, {
    taskId: data.tasks[0]?.id,
    key: 'OPS-1',
    outcome: 'done',
    outputs: { endpoint: 'https://db.example.com', port: 5432 },
    resolvedBy: 'person@example.test',
  });
});

test('a hand-back that does not do is said on the ticket, and the next comment hands back again', async (t) => {
  const { jira, service, news } = await start(t);
  const data = escalating(escalatedTasks(1));
  const [task] = data.tasks;
  const reference = { requestId: data.requestId, taskId: task?.id ?? '', generation: 1 };
  await service.bus.publish([message(requestEscalatingV1, data.requestId, data)]);
  await news(escalationOpenedV1);
  jira.resolve('OPS-1');
  t.deepEqual((await news(ticketResolvedV1)).outputs, {});
  const problems = [{ field: 'outputs.endpoint', issue: 'is missing' }];
  const refused = { ...reference, problems, refusedAt: new Date().toISOString() };
  await service.bus.publish([message(handBackRefusedV1, data.requestId, refused)]);
  await eventually(() => JSON.stringify(jira.issues[0]?.comments).includes('outputs.endpoint: is missing'));
  t.is((await ticketsOf(service, data.requestId)).tickets[0]?.problem?.code, 'HAND_BACK_REFUSED');
  jira.comment('OPS-1', outputsDocument('{"endpoint":"https://db.example.com"}'));
  t.deepEqual((await news(ticketResolvedV1)).outputs, { endpoint: 'https://db.example.com' });
});

test('a resolution that says that it will not be done declines the task', async (t) => {
  const { jira, service, news } = await start(t);
  const data = escalating(escalatedTasks(1));
  await service.bus.publish([message(requestEscalatingV1, data.requestId, data)]);
  await news(escalationOpenedV1);
  jira.resolve('OPS-1', "Won't Do");
  t.like(await news(ticketResolvedV1), { outcome: 'declined', resolution: "Won't Do" });
});

test('what goes on by automation, or was completed otherwise, has its ticket closed with a comment', async (t) => {
  const { jira, service, news } = await start(t);
  const data = escalating(escalatedTasks(2));
  const { requestId, catalog, name, requestedBy, decidedBy } = data;
  await service.bus.publish([message(requestEscalatingV1, requestId, data)]);
  await news(escalationOpenedV1);
  const settled = { requestId, taskId: data.tasks[0]?.id ?? '', generation: 1 };
  const settledAt = new Date().toISOString();
  await service.bus.publish([
    message(escalatedTaskSettledV1, requestId, { ...settled, by: 'person', settledBy: 'ops', settledAt }),
    message(requestResumedV1, requestId, {
      ...{ requestId, catalog, name, requestedBy, decidedBy, resumedAt: settledAt },
      tasks: [{ id: data.tasks[1]?.id ?? '', generation: 2 }],
    }),
  ]);
  await eventually(() => jira.issues.every(({ status, comments }) => status === 'Done' && comments.length === 1));
  t.deepEqual(
    (await ticketsOf(service, requestId)).tickets.map(({ status }) => status),
    ['settled', 'withdrawn'],
  );
  t.true(JSON.stringify(jira.issues[0]?.comments).includes('completed by hand'));
  t.true(JSON.stringify(jira.issues[1]?.comments).includes('given back to the automation'));
});

test('without Jira it is told that there are no tickets, and why', async (t) => {
  const service = await startService(t);
  const news = newsFor(service.bus);
  const data = escalating(escalatedTasks(2));
  await service.bus.publish([message(requestEscalatingV1, data.requestId, data)]);
  const opened = await news(escalationOpenedV1);
  t.deepEqual(
    opened.tickets.map(({ key }) => key),
    [null, null],
  );
  t.regex(opened.tickets[0]?.problem ?? '', /PAO_ESCALATION_JIRA_PROJECT|PAO_JIRA_URL/);
});

test('a ticket that Jira was too busy for is created later', async (t) => {
  const { jira, service, news } = await start(t);
  jira.next(rateLimited(0));
  const data = escalating(escalatedTasks(1));
  await service.bus.publish([message(requestEscalatingV1, data.requestId, data)]);
  t.is((await news(escalationOpenedV1)).tickets[0]?.key, 'OPS-1');
  t.is(jira.issues.length, 1);
});

test('a ticket whose creation was not answered is found by its label and not created again', async (t) => {
  const { jira, service, news } = await start(t);
  jira.next({ kind: 'reset' });
  const data = escalating(escalatedTasks(1));
  await service.bus.publish([message(requestEscalatingV1, data.requestId, data)]);
  t.is((await news(escalationOpenedV1)).tickets[0]?.key, 'OPS-1');
  t.is(jira.issues.length, 1);
});

import { createHmac } from 'node:crypto';
import { escalatedTaskSettledV1, escalationOpenedV1, requestEscalatingV1, ticketResolvedV1 } from '@pao/contracts';
import { eventually, startFakeJira } from '@pao/testkit';
import test, { type ExecutionContext } from 'ava';
import { escalatedTasks, escalating, message } from './given-handover.ts';
import { newsFor } from './news.ts';
import { startService } from './running-service.ts';

// What people do with tickets beside closing them, and webhooks that tell of it twice, late, or not at all.

const SECRET = 'a-secret-of-sixteen-and-more';

const start = async (t: ExecutionContext, count = 1) => {
  const jira = await startFakeJira();
  t.teardown(() => jira.close());
  const service = await startService(t, {
    ...{ PAO_JIRA_URL: jira.url, PAO_JIRA_EMAIL: 'pao@example.test', PAO_JIRA_API_TOKEN: 'a-secret-token' },
    ...{ PAO_EGRESS_ALLOW: jira.host, PAO_ESCALATION_JIRA_PROJECT: 'OPS', PAO_JIRA_WEBHOOK_SECRET: SECRET },
    // Nothing but what a test announces is heard.
    PAO_ESCALATION_SWEEP_SECONDS: '3600',
  });
  const news = newsFor(service.bus);
  const outputs = { arn: 'customfield_10042', size: 'customfield_10043' };
  const data = escalating(escalatedTasks(count).map((task) => ({ ...task, manual: { outputs } })));
  await service.bus.publish([message(requestEscalatingV1, data.requestId, data)]);
  await news(escalationOpenedV1);
  const announce = async (id: string): Promise<void> => {
    const bytes = JSON.stringify({ webhookEvent: 'jira:issue_updated', issue: { id } });
    const signature = createHmac('sha256', SECRET).update(bytes).digest('hex');
    const headers = { 'x-hub-signature': `sha256=${signature}` };
    const { status } = await service.call('POST', '/webhooks/jira', { bytes, headers });
    t.is(status, 202);
  };
  const ticket = async () => (await service.call('GET', `/requests/${data.requestId}/escalation`)).body.data.tickets[0];
  const settle = async () => {
    const reference = { requestId: data.requestId, taskId: data.tasks[0]?.id ?? '', generation: 1 };
    const settled = { ...reference, by: 'ticket' as const, settledAt: new Date().toISOString() };
    await service.bus.publish([message(escalatedTaskSettledV1, data.requestId, settled)]);
    await eventually(async () => (await ticket())?.status === 'settled');
  };
  return { jira, service, news, data, announce, ticket, settle };
};

test('outputs come from the fields that the document maps, as people see them', async (t) => {
  const { jira, news, announce } = await start(t);
  jira.edit('OPS-1', {
    customfield_10042: 'arn:db',
    customfield_10043: { value: 'large', id: '7' },
    customfield_1: 'x',
  });
  jira.resolve('OPS-1');
  await announce('10001');
  t.deepEqual((await news(ticketResolvedV1)).outputs, { arn: 'arn:db', size: 'large' });
});

test('a ticket that is moved to another project is followed, and handed back from there', async (t) => {
  const { jira, news, announce, ticket } = await start(t);
  const moved = jira.moveTo('OPS-1', 'PLAT');
  await announce('10001');
  await eventually(async () => (await ticket())?.key === moved);
  jira.resolve(moved);
  await announce('10001');
  t.like(await news(ticketResolvedV1), { key: 'PLAT-1', outcome: 'done' });
});

test('a ticket that is deleted is flagged; nothing is created in its place', async (t) => {
  const { jira, announce, ticket } = await start(t);
  jira.remove('OPS-1');
  await announce('10001');
  await eventually(async () => (await ticket())?.problem?.code === 'TICKET_GONE');
  t.is((await ticket())?.status, 'open');
  t.is(jira.issues.length, 0);
});

test('a ticket that is opened again after its hand-back is reported, not undone', async (t) => {
  const { jira, service, news, announce, ticket, settle } = await start(t);
  jira.resolve('OPS-1');
  await announce('10001');
  await news(ticketResolvedV1);
  await settle();
  jira.reopen('OPS-1');
  await announce('10001');
  await eventually(async () => (await ticket())?.problem?.code === 'TICKET_REOPENED');
  t.is((await ticket())?.status, 'settled');
  jira.resolve('OPS-1');
  await announce('10001');
  await eventually(async () => (await ticket())?.problem === undefined);
  t.is((await service.bus.depth('request-inbox')).waiting, 0, 'it was handed back a second time');
});

test('announcements that are repeated or come out of order hand back once, as the ticket is now', async (t) => {
  const { jira, service, news, announce, ticket } = await start(t);
  await Promise.all([announce('10001'), announce('10001')]);
  jira.edit('OPS-1', { customfield_10042: 'first' });
  jira.resolve('OPS-1');
  jira.edit('OPS-1', { customfield_10042: 'second' });
  // The one of the edit, that of the closing, and the first once more.
  for (let late = 0; late < 3; late += 1) await announce('10001');
  t.deepEqual((await news(ticketResolvedV1)).outputs, { arn: 'second' });
  await announce('10001');
  await eventually(async () => (await ticket())?.status === 'handed-back');
  t.is((await service.bus.depth('request-inbox')).waiting, 0);
});

test('outputs that can’t be read are told once on the ticket, with their line, and a comment makes them good', async (t) => {
  const { jira, news, announce, ticket } = await start(t);
  jira.comment('OPS-1', '```outputs\narn: a\nhosts:\n  - one\n - two\n```');
  jira.resolve('OPS-1');
  await announce('10001');
  const told = () => (JSON.stringify(jira.issues[0]?.comments).match(/outputs: line 4/g) ?? []).length;
  await eventually(() => told() === 1);
  t.like(await ticket(), { status: 'open', problem: { code: 'HAND_BACK_REFUSED' } });
  const reads = () => jira.calls.filter(({ path }) => path.endsWith('/comment')).length;
  const before = reads();
  await announce('10001');
  await eventually(() => reads() > before);
  jira.comment('OPS-1', '```outputs\narn: a\nhosts:\n  - one\n  - two\n```');
  await announce('10001');
  t.deepEqual((await news(ticketResolvedV1)).outputs, { arn: 'a', hosts: ['one', 'two'] });
  t.is(told(), 1);
});

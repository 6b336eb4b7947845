import {
  escalatedTaskSettledV1,
  handBackRefusedV1,
  requestAbortedV1,
  type TaskWaitingForTicket,
  taskWaitingV1,
  ticketResolvedV1,
} from '@pao/contracts';
import { type JiraSite, WAITING_LABEL } from '@pao/jira';
import { ok } from '@pao/kernel';
import { createLogger } from '@pao/runtime';
import { eventually, type FakeJira, startFakeJira } from '@pao/testkit';
import test, { type ExecutionContext } from 'ava';
import { createSweep } from '../src/adapters/jira/sweep.ts';
import { createMemoryEscalationStore } from '../src/adapters/memory/memory-escalation-store.ts';
import { createMemoryHandoverStore } from '../src/adapters/memory/memory-handover-store.ts';
import { createNoticeIssue } from '../src/core/use-cases/notice-issues.ts';
import { createTakeHandover } from '../src/core/use-cases/take-handover.ts';
import { newId } from './given.ts';
import { message } from './given-handover.ts';
import { newsFor } from './news.ts';
import { startService } from './running-service.ts';

// Tickets that tasks wait for by design: the executor created them, nobody handed anything over.

const waitingFor = (
  url: string,
  number = 1,
  overrides: Partial<TaskWaitingForTicket['waitingFor']> = {},
): Omit<TaskWaitingForTicket, 'log' | 'completedBefore'> => {
  const now = new Date().toISOString();
  const key = `OPS-${number}`;
  return {
    ...{ requestId: newId(), taskId: newId(), generation: 1, outputs: { key }, startedAt: now, since: now },
    waitingFor: {
      ...{ kind: 'ticket', system: 'jira', instance: 'default', id: String(10_000 + number), key },
      ...{ url: `${url}/browse/${key}`, fields: {}, ...overrides },
    },
  };
};

const start = async (t: ExecutionContext, sweepSeconds = 1) => {
  const jira = await startFakeJira();
  t.teardown(() => jira.close());
  const service = await startService(t, {
    PAO_JIRA_URL: jira.url,
    PAO_JIRA_EMAIL: 'pao@example.test',
    PAO_JIRA_API_TOKEN: 'a-secret-token',
    PAO_EGRESS_ALLOW: jira.host,
    PAO_ESCALATION_SWEEP_SECONDS: String(sweepSeconds),
  });
  return { jira, service, news: newsFor(service.bus) };
};

/** As the executor creates it. */
const created = async ({ url }: FakeJira, fields: Readonly<Record<string, string>> = {}) => {
  const body = { project: { key: 'OPS' }, issuetype: { name: 'Task' }, summary: 'a share', labels: [WAITING_LABEL] };
  const response = await fetch(`${url}/rest/api/3/issue`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Basic ${btoa('pao@example.test:a-secret-token')}` },
    body: JSON.stringify({ fields: body }),
  });
  const { id, key } = (await response.json()) as { readonly id: string; readonly key: string };
  return waitingFor(url, Number(key.split('-')[1]), { id, fields });
};

const outputsDocument = (text: string) => ({
  version: 1,
  type: 'doc',
  content: [{ type: 'codeBlock', attrs: { language: 'outputs' }, content: [{ type: 'text', text }] }],
});

test('a ticket that a task waits for is handed back from its fields and comments once somebody closes it', async (t) => {
  const { jira, service, news } = await start(t);
  const data = await created(jira, { arn: 'customfield_10010' });
  await service.bus.publish([message(taskWaitingV1, data.requestId, data)]);
  await eventually(async () => (await service.bus.depth('escalation-inbox')).waiting === 0);
  jira.edit('OPS-1', { customfield_10010: 'arn:share' });
  jira.comment('OPS-1', outputsDocument('mount: /srv'));
  jira.resolve('OPS-1');
  t.like(await news(ticketResolvedV1), {
    ...{ requestId: data.requestId, taskId: data.taskId, generation: 1, key: 'OPS-1', outcome: 'done' },
    outputs: { arn: 'arn:share', mount: '/srv' },
  });
  const { body } = await service.call('GET', `/requests/${data.requestId}/escalation`);
  t.like(
    body.data,
    { status: 'none', round: 0, tickets: [{ key: 'OPS-1', taskId: data.taskId }] },
    'nobody escalated it',
  );
});

test('one that was closed before it was known here is handed back soon, although nobody says again that it changed', async (t) => {
  const { jira, service, news } = await start(t, 3_600);
  const data = await created(jira);
  jira.resolve('OPS-1');
  await service.bus.publish([message(taskWaitingV1, data.requestId, data)]);
  t.like(await news(ticketResolvedV1), { taskId: data.taskId, key: 'OPS-1', outcome: 'done' });
});

test('what it hands back and does not do is said on it, and the next comment hands back again', async (t) => {
  const { jira, service, news } = await start(t);
  const data = await created(jira);
  const { requestId, taskId, generation } = data;
  await service.bus.publish([message(taskWaitingV1, requestId, data)]);
  jira.resolve('OPS-1');
  await news(ticketResolvedV1);
  const problems = [{ field: 'outputs.arn', issue: 'is missing' }];
  const refused = { requestId, taskId, generation, problems, refusedAt: new Date().toISOString() };
  await service.bus.publish([message(handBackRefusedV1, requestId, refused)]);
  await eventually(() => JSON.stringify(jira.issues[0]?.comments).includes('outputs.arn: is missing'));
  jira.comment('OPS-1', outputsDocument('arn: a'));
  t.deepEqual((await news(ticketResolvedV1)).outputs, { arn: 'a' });
});

test('a declined one is told of once, also when it is opened and declined again', async (t) => {
  const { jira, service, news } = await start(t);
  const data = await created(jira);
  await service.bus.publish([message(taskWaitingV1, data.requestId, data)]);
  jira.resolve('OPS-1', "Won't Do");
  t.like(await news(ticketResolvedV1), { outcome: 'declined' });
  jira.reopen('OPS-1');
  jira.resolve('OPS-1');
  const other = await created(jira);
  await service.bus.publish([message(taskWaitingV1, other.requestId, other)]);
  jira.resolve('OPS-2');
  t.like(await news(ticketResolvedV1), { key: 'OPS-2' });
});

test('it is closed with a comment when its request is aborted, or a person completed its task otherwise', async (t) => {
  const { jira, service } = await start(t);
  const [first, second] = [await created(jira), await created(jira)];
  const at = new Date().toISOString();
  const request = {
    ...{ catalog: { id: 'efs-share', version: '1.0.0', hash: 'a'.repeat(64) }, name: 'share' },
    ...{ requestedBy: 'dev@example.test', completedTasks: 0, totalTasks: 1 },
  };
  const { requestId, taskId, generation } = second;
  await service.bus.publish([
    message(taskWaitingV1, first.requestId, first),
    message(requestAbortedV1, first.requestId, { ...request, requestId: first.requestId, abortedAt: at }),
    message(taskWaitingV1, requestId, second),
    message(escalatedTaskSettledV1, requestId, { requestId, taskId, generation, by: 'person', settledAt: at }),
  ]);
  await eventually(() => jira.issues.every(({ status, comments }) => status === 'Done' && comments.length === 1));
  t.true(JSON.stringify(jira.issues[0]?.comments).includes('was aborted'));
  t.true(JSON.stringify(jira.issues[1]?.comments).includes('completed by hand'));
});

test('ten thousand waiting tasks leave nothing due, and cost a sweep two searches and what changed', async (t) => {
  const at = new Date();
  const store = createMemoryHandoverStore(() => at);
  const take = createTakeHandover(store, createMemoryEscalationStore());
  for (let number = 1; number <= 10_000; number += 1) {
    const data = waitingFor('https://jira.example', number);
    await take.waiting(newId(), { tenantId: 'default', correlationId: 'correlation-1', data });
  }
  t.is(await store.lease(1_000), undefined);
  const asked: string[] = [];
  const site: Pick<JiraSite, 'search'> = {
    search: async ({ jql }) => {
      asked.push(jql);
      return ok(jql.includes(WAITING_LABEL) ? [{ id: '10042', key: 'OPS-42' }] : []);
    },
  };
  const sweep = createSweep({
    sites: new Map([['default', site as JiraSite]]),
    notice: createNoticeIssue(store),
    ...{ everyMs: 60_000, timeoutMs: 1_000, logger: createLogger({ service: 'test', level: 'silent' }) },
  });
  await sweep(new AbortController().signal);
  t.is(asked.length, 2);
  t.truthy(await store.lease(1_000), 'the one that changed is read');
  t.is(await store.lease(1_000), undefined);
});

import { escalationOpenedV1, requestEscalatingV1, ticketResolvedV1 } from '@pao/contracts';
import { eventually, startFakeJira } from '@pao/testkit';
import test from 'ava';
import { createMemoryEscalationStore } from '../src/adapters/memory/memory-escalation-store.ts';
import { createMemoryHandoverStore } from '../src/adapters/memory/memory-handover-store.ts';
import type { TicketSystem } from '../src/core/ports/ticket-system.ts';
import { createTakeHandover } from '../src/core/use-cases/take-handover.ts';
import { createWorkHandover } from '../src/core/use-cases/work-handover.ts';
import { newId } from './given.ts';
import { escalatedTasks, escalating, message } from './given-handover.ts';
import { newsFor } from './news.ts';
import { startService } from './running-service.ts';

// What was told may be lost on its way: it is told again until it is taken, and asking again changes nothing.

const MINUTE = 60_000;

/** The core in a time of its own, on a ticket system in which everything that is created is closed at once, or never. */
const start = (closed = true) => {
  let time = Date.parse('2026-01-01T00:00:00Z');
  let created = 0;
  const comments: string[] = [];
  const issue = (id: string) => ({ id, key: `OPS-${id}`, url: `https://jira.example/browse/OPS-${id}` });
  const done = { kind: 'ok' as const, value: null };
  const reading = { status: 'Done', closed, resolution: 'Done', assignee: null };
  const handBack = { outcome: 'done' as const, resolution: 'Done', outputs: {}, note: null, by: 'somebody' };
  const tickets: TicketSystem = {
    create: async () => ({ kind: 'ok', value: issue(String((created += 1))) }),
    find: async () => ({ kind: 'ok', value: [] }),
    link: async () => done,
    look: async ({ issue: id }) => {
      const back = closed ? { handBack, digest: 'same' } : {};
      return { kind: 'ok', value: { issue: issue(id), reading, ...back } };
    },
    comment: async (_place, _name, text) => {
      comments.push(text);
      return done;
    },
    close: async () => done,
  };
  const store = createMemoryHandoverStore(() => new Date(time));
  const take = createTakeHandover(store, createMemoryEscalationStore());
  const defaults = { project: 'OPS', issueType: 'Task', parent: undefined, routes: new Map() };
  const work = createWorkHandover({ store, tickets, defaults, leaseMs: 1_000 });
  return {
    store,
    take,
    comments,
    told: () => store.told.map(({ kind }) => kind),
    pass: async (minutes: number) => {
      for (let passed = 0; passed <= minutes; passed += 1) {
        while (await work(new AbortController().signal));
        if (passed < minutes) time += MINUTE;
      }
    },
  };
};

const heard = { tenantId: 'default', correlationId: 'correlation-1' };

test('a hand-back is told every ten minutes until the request has said that its task is over', async (t) => {
  const { take, told, pass } = start();
  const data = escalating(escalatedTasks(1));
  const reference = { taskId: data.tasks[0]?.id ?? '', generation: 1 };
  await take.escalating(newId(), { ...heard, data });
  await pass(35);
  t.deepEqual(told(), ['escalation-opened', 'ticket-resolved', 'ticket-resolved', 'ticket-resolved']);
  await take.settled(newId(), data.requestId, reference, 'ticket');
  await pass(600);
  t.is(told().length, 4);
});

test('what was refused is not told again before somebody has changed it', async (t) => {
  const { take, told, pass } = start();
  const data = escalating(escalatedTasks(1));
  const reference = { taskId: data.tasks[0]?.id ?? '', generation: 1 };
  await take.escalating(newId(), { ...heard, data });
  await pass(11);
  const refused = [{ field: 'outputs.endpoint', issue: 'is missing' }];
  await take.refused(newId(), data.requestId, reference, refused);
  await take.refused(newId(), data.requestId, reference, refused);
  await pass(120);
  t.deepEqual(told(), ['escalation-opened', 'ticket-resolved']);
});

test('whoever asks again is told what there is, and nothing is opened a second time', async (t) => {
  const { take, told, pass, store } = start();
  const data = escalating(escalatedTasks(3));
  await take.escalating(newId(), { ...heard, data });
  await take.escalating(newId(), { ...heard, data });
  await pass(1);
  await take.escalating(newId(), { ...heard, data });
  t.deepEqual(told(), ['escalation-opened', 'escalation-opened']);
  t.is((await store.read('default', data.requestId))?.tickets.length, 3);
});

test('an open ticket is told of every six hours, until it is heard that nobody needs it', async (t) => {
  const { take, told, pass, comments } = start(false);
  const data = escalating(escalatedTasks(1));
  const reference = { taskId: data.tasks[0]?.id ?? '', generation: 1 };
  await take.escalating(newId(), { ...heard, data });
  await pass(6 * 60);
  t.deepEqual(told(), ['escalation-opened']);
  await pass(12 * 60);
  t.deepEqual(told(), ['escalation-opened', 'ticket-opened', 'ticket-opened']);
  await take.settled(newId(), data.requestId, reference, 'automation');
  await pass(24 * 60);
  t.is(told().length, 3);
  t.deepEqual(comments.length, 1);
  t.regex(comments[0] ?? '', /has completed this task, or has it again/);
});

test('a bundle that asks for it gets a ticket of its own that waits for the others', async (t) => {
  const jira = await startFakeJira();
  t.teardown(() => jira.close());
  const service = await startService(t, {
    ...{ PAO_JIRA_URL: jira.url, PAO_JIRA_EMAIL: 'pao@example.test', PAO_JIRA_API_TOKEN: 'a-secret-token' },
    ...{ PAO_EGRESS_ALLOW: jira.host, PAO_ESCALATION_JIRA_PROJECT: 'OPS', PAO_ESCALATION_SWEEP_SECONDS: '1' },
  });
  const news = newsFor(service.bus);
  const data = escalating(escalatedTasks(2), { linking: { linkType: 'blocks', parentTicket: true } });
  const { requestId } = data;
  await service.bus.publish([message(requestEscalatingV1, requestId, data)]);
  t.is((await news(escalationOpenedV1)).tickets.length, 2);
  await eventually(() => jira.links.length === 3);
  const summaries = new Map(jira.issues.map(({ key, fields }) => [key, fields['summary'] as string]));
  const links = jira.links.map(
    ({ type, inward, outward }) => `${summaries.get(inward)} ${type} ${summaries.get(outward)}`,
  );
  const above = 'orders: bundle-webapp-standard';
  const [one, two] = ['orders: part-1, Task 1', 'orders: part-2, Task 2'];
  t.true(
    [`${one} Blocks ${above}`, `${one} Blocks ${two}`, `${two} Blocks ${above}`].every((link) => links.includes(link)),
    links.join('; '),
  );
  const { body } = await service.call('GET', `/requests/${requestId}/escalation`);
  const parent = [...summaries].find(([, summary]) => summary === above)?.[0] ?? '';
  t.is(body.data.parent?.key, parent);
  t.is(body.data.tickets.length, 2);
  jira.resolve(parent);
  jira.resolve([...summaries].find(([, summary]) => summary === one)?.[0] ?? '');
  // Closing the request's own ticket hands nothing back.
  t.is((await news(ticketResolvedV1)).taskId, data.tasks[0]?.id ?? '');
});

import test from 'ava';
import { createMemoryHandoverStore } from '../src/adapters/memory/memory-handover-store.ts';
import type { Look } from '../src/core/domain/tickets/hand-back.ts';
import type { IssueReference } from '../src/core/domain/tickets/handover.ts';
import type { Outcome } from '../src/core/domain/tickets/ledger.ts';
import { openHandover } from '../src/core/domain/tickets/open-handover.ts';
import { endHandover } from '../src/core/domain/tickets/withdraw.ts';
import type { TicketSystem } from '../src/core/ports/ticket-system.ts';
import { createMendTicket } from '../src/core/use-cases/mend-ticket.ts';
import { createWorkHandover } from '../src/core/use-cases/work-handover.ts';
import { escalatedTasks, escalating } from './given-handover.ts';

const problem = { code: 'RESPONSE_TIMEOUT', message: 'no answer' };
const defaults = { project: 'OPS', issueType: 'Task', parent: undefined, routes: new Map() };
const by = { tenantId: 'default', email: 'dev@example.test', roles: [] };
const issue = (number: number): IssueReference => ({
  id: String(number),
  key: `OPS-${number}`,
  url: `https://j/${number}`,
});

const closed = (ticket: IssueReference): Look => ({
  issue: ticket,
  reading: { status: 'Done', closed: true, resolution: 'Done', assignee: null },
  handBack: { outcome: 'done', resolution: 'Done', outputs: {}, note: null, by: 'ops@example.test' },
  digest: 'd1',
});

/** One task whose ticket's creation goes unanswered, in a time of its own. */
const start = async () => {
  let time = Date.UTC(2026, 0, 1);
  const now = () => new Date(time);
  const store = createMemoryHandoverStore(now);
  const calls: string[] = [];
  let found: readonly IssueReference[] = [];
  let looked: Look | 'gone' = 'gone';
  let creation: Outcome<IssueReference> = { kind: 'unknown', problem };
  const done = async (what: string) => {
    calls.push(what);
    return { kind: 'ok', value: null } as const;
  };
  const tickets: TicketSystem = {
    create: async ({ labels }) => {
      calls.push(`create ${labels[0]?.replace(/^.*(?=-g\d)/, '')}`);
      return creation;
    },
    find: async () => {
      calls.push('find');
      return { kind: 'ok', value: found };
    },
    link: () => done('link'),
    look: async () => {
      calls.push('look');
      return { kind: 'ok', value: looked };
    },
    comment: () => done('comment'),
    close: () => done('close'),
  };
  const data = escalating(escalatedTasks(1));
  const given = { tenantId: 'default', correlationId: 'c', data };
  await store.change(data.requestId, (known, at) => openHandover(known, given, at));
  const work = createWorkHandover({ store, tickets, defaults, leaseMs: 60_000 });
  const wait = async (seconds: number) => {
    time += seconds * 1_000;
    while (await work(new AbortController().signal));
  };
  const ticket = async () => (await store.read('default', data.requestId))?.tickets[0];
  const step = async (name = 'create') =>
    (await store.read('default', data.requestId))?.steps.find((other) => other.name === name);
  return {
    ...{ store, tickets, calls, wait, ticket, step, data },
    of: { requestId: data.requestId, taskId: data.tasks[0]?.id ?? '' },
    answers: (outcome: Outcome<IssueReference>) => {
      creation = outcome;
    },
    isFound: (...issues: readonly IssueReference[]) => {
      found = issues;
    },
    isClosed: (issue: IssueReference) => {
      looked = closed(issue);
    },
  };
};

test('a ticket in doubt is looked for over six minutes, then a person is asked; nothing is created again', async (t) => {
  const { wait, calls, step, store } = await start();
  await wait(0);
  t.deepEqual(calls, ['create -g1-escalation', 'find']);
  for (const seconds of [14, 1, 45, 239]) await wait(seconds);
  t.is(calls.length, 4);
  t.deepEqual(store.told, []);
  await wait(1);
  t.like(await step(), { state: 'flagged', problem: { code: 'OUTCOME_UNKNOWN' } });
  t.deepEqual(
    store.told.map(({ kind }) => kind),
    ['escalation-opened'],
  );
  await wait(86_400);
  t.deepEqual(calls, ['create -g1-escalation', 'find', 'find', 'find', 'find']);
});

test('one hit of the late search is the ticket, several are for a person', async (t) => {
  const once = await start();
  await once.wait(0);
  once.isFound(issue(1));
  await once.wait(15);
  t.like(await once.ticket(), { state: 'open', issue: { key: 'OPS-1' } });
  const twice = await start();
  twice.isFound(issue(1), issue(2));
  await twice.wait(0);
  t.like(await twice.step(), { state: 'flagged', problem: { code: 'SEVERAL_TICKETS' } });
});

test('a ticket that was closed before it was found, or named by a person, is handed back at once', async (t) => {
  const found = await start();
  await found.wait(0);
  found.isFound(issue(1));
  found.isClosed(issue(1));
  await found.wait(15);
  await found.wait(3);
  t.is(found.calls.at(-1), 'look');
  t.deepEqual(
    found.store.told.map(({ kind }) => kind),
    ['escalation-opened', 'ticket-resolved'],
  );
  const named = await start();
  for (const seconds of [0, 15, 45, 240]) await named.wait(seconds);
  named.isClosed(issue(2));
  const { link } = createMendTicket(named.store, named.tickets);
  t.like(await link(by, named.of, 'OPS-2'), { ok: true });
  await named.wait(3);
  t.like(await named.ticket(), { state: 'handed-back', issue: { key: 'OPS-2' } });
});

test('a person has it created again, under another label, only when they say that they know', async (t) => {
  const { wait, calls, of, store, tickets, answers, ticket } = await start();
  for (const seconds of [0, 15, 45, 240]) await wait(seconds);
  const mend = createMendTicket(store, tickets);
  t.like(await mend.retry(by, of, false), { ok: false, error: { kind: 'conflict' } });
  t.like(await mend.retry({ ...by, email: 'else@example.test' }, of, true), {
    ok: false,
    error: { kind: 'forbidden' },
  });
  t.like(await mend.retry({ ...by, tenantId: 'other' }, of, true), { ok: false, error: { kind: 'not-found' } });
  answers({ kind: 'ok', value: issue(7) });
  t.like(await mend.retry(by, of, true), { ok: true });
  await wait(1);
  t.is(calls.at(-1), 'create -g1-escalation-2');
  t.like(await ticket(), { state: 'open', issue: { key: 'OPS-7' } });
  t.deepEqual(
    store.told.map(({ kind }) => kind),
    ['escalation-opened', 'ticket-opened'],
  );
});

test('a ticket that turns up after its request was withdrawn is closed', async (t) => {
  const { wait, calls, store, data, isFound, ticket } = await start();
  await wait(0);
  await store.change(data.requestId, (handover, at) => handover && endHandover(handover, 'request-aborted', at));
  isFound(issue(1));
  await wait(15);
  await wait(1);
  t.like(await ticket(), { state: 'withdrawn', issue: { key: 'OPS-1' } });
  t.deepEqual(calls.slice(-2), ['comment', 'close']);
});

test('what Jira refuses is told at once and tried again, less and less often', async (t) => {
  const { wait, calls, store, answers } = await start();
  answers({ kind: 'refused', problem });
  await wait(0);
  t.is(store.told.length, 1);
  await wait(59);
  t.is(calls.length, 1);
  await wait(1);
  t.is(calls.length, 2);
  await wait(119);
  t.is(calls.length, 2);
});

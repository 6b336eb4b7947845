import { Matchers } from '@pact-foundation/pact';
import { escalationOpenedV1, ticketOpenedV1, ticketResolvedV1 } from '@pao/contracts';
import { draftPact } from '@pao/testkit';
import test from 'ava';
import { createInbox } from '../../src/adapters/bus/inbox.ts';
import type { Decision } from '../../src/core/domain/status.ts';
import { recordTicket } from '../../src/core/use-cases/record-ticket.ts';
import { anItem, pin } from '../documents.ts';
import { A_FAILURE, aRequest, aTask, required, uuid } from '../given.ts';
import { createWorld } from '../memory-world.ts';
import { handOver } from './hand-over.ts';

const { datetime, integer, like, string } = Matchers;

const draft = await draftPact({ consumer: 'pao-request', provider: 'pao-escalation' });

const TASK = uuid(1);
const REQUEST = uuid(1000);
const KEY = 'OPS-1';
const URL = 'https://jira.example/browse/OPS-1';

const time = datetime("yyyy-MM-dd'T'HH:mm:ss.SSSX", '2026-11-20T12:00:02.500Z');
const task = { taskId: Matchers.uuid(TASK), generation: integer(1) };
const ticket = { key: string(KEY), url: string(URL) };

const event = (type: string, data: object) => ({
  specversion: '1.0',
  id: Matchers.uuid(uuid(3000)),
  source: string('/pao/escalation'),
  type,
  subject: Matchers.uuid(REQUEST),
  time,
  datacontenttype: 'application/json',
  correlationid: string('correlation-1'),
  tenantid: string('default'),
  data: { requestId: Matchers.uuid(REQUEST), ...data },
});

/** A request whose only task people have, and the service's inbox. */
const withPeople = async (decision: Decision) => {
  const item = anItem();
  const world = await createWorld(item);
  const { reference: catalog } = pin(item);
  const tasks = [aTask({ id: TASK, catalog, actionId: 'create', status: 'waiting', failure: A_FAILURE })];
  const input = { name: 'orders-db', basic: { storageGb: 50 } };
  const request = { ...aRequest(tasks, decision), catalog, input, escalationRound: 1 };
  await world.store.submit({ id: uuid(2000), documents: [], requests: [{ request, changes: [], messages: [] }] });
  const ignore = async () => undefined;
  const handle = createInbox({
    record: ignore,
    recordProgress: ignore,
    recordAnnouncement: async () => {},
    recordTicket: recordTicket(world.dependencies),
    projection: world.catalogStore,
  });
  return { handle, find: async () => required(await world.store.find(REQUEST)) };
};

interface News {
  readonly description: string;
  readonly type: string;
  readonly data: object;
  readonly decision?: Decision;
}

/** What is stored of the request once the inbox has taken the example of the message. */
const afterNews = async ({ description, type, data, decision = 'escalated' }: News) => {
  const { handle, find } = await withPeople(decision);
  await handOver(draft, { description, type, content: event(type, data) }, handle);
  const request = await find();
  return { status: request.status, task: required(request.tasks[0]) };
};

test.serial('tickets that are open are kept with their tasks', async (t) => {
  const { status, task: found } = await afterNews({
    description: 'the news that the tickets of an escalation are open',
    type: escalationOpenedV1.type,
    data: { round: integer(1), tickets: [{ ...task, ...ticket }], openedAt: time },
    decision: 'escalating',
  });
  t.is(status, 'escalated');
  t.deepEqual(found.ticket, { key: KEY, url: URL });
});

test.serial('a ticket that opened later is kept, too', async (t) => {
  const { task: found } = await afterNews({
    description: 'the news that a ticket opened later than the others',
    type: ticketOpenedV1.type,
    data: { ...task, ...ticket, round: integer(1), openedAt: time },
  });
  t.deepEqual(found.ticket, { key: KEY, url: URL });
});

const resolved = { ...task, ...ticket, resolvedBy: string('Olga Ops'), resolvedAt: time };

test.serial('a ticket that was done completes its task with its outputs', async (t) => {
  const outputs = like({ endpoint: 'db.example' });
  const { status, task: found } = await afterNews({
    description: 'the news that a ticket was closed as done',
    type: ticketResolvedV1.type,
    data: { ...resolved, outcome: 'done', resolution: string('Done'), outputs },
  });
  t.is(status, 'completed');
  t.like(found, { status: 'completed', outputs: { endpoint: 'db.example' }, failure: null });
});

test.serial('a ticket that was declined ends the request', async (t) => {
  const { status, task: found } = await afterNews({
    description: 'the news that a ticket was declined',
    type: ticketResolvedV1.type,
    data: { ...resolved, outcome: 'declined', resolution: string("Won't Do"), outputs: {} },
  });
  t.is(status, 'aborted');
  t.is(found.status, 'skipped');
});

test.serial('the committed pact asks for exactly what the request service needs', async (t) => {
  const { drafted, committed, hint } = await draft.settle();
  t.deepEqual(drafted, committed, hint);
});

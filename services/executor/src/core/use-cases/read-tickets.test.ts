import { virtualTime } from '@pao/executor-sdk/testing';
import { err, ok } from '@pao/kernel';
import test from 'ava';
import type { Ticket, TicketStatus } from '../ports/ticket-system.ts';
import { createReadTickets } from './read-tickets.ts';

const AT = new Date(0);
const STATUS: TicketStatus = { status: 'To Do', statusCategory: 'new', assignee: null, updatedAt: AT };

const ticket = (number: number): Ticket => ({
  taskId: `task-${number}`,
  generation: 1,
  actionType: 'jira-ticket',
  key: `PLAT-${number}`,
  url: null,
  createdAt: AT,
});

/** As many tickets as asked for, in a system whose answers are given by hand. */
const world = (count: number) => {
  const time = virtualTime();
  const asked: { readonly key: string; answer(found?: TicketStatus): void }[] = [];
  const readTickets = createReadTickets({
    tickets: { ofRequest: async () => Array.from({ length: count }, (_, index) => ticket(index + 1)) },
    systems: [
      {
        actionType: 'jira-ticket',
        system: 'jira',
        readStatus: ({ key }) =>
          new Promise((resolve) => {
            asked.push({ key, answer: (found) => resolve(found ? ok(found) : err('Jira answered 500.')) });
          }),
      },
    ],
    timing: time,
    now: () => AT,
  });
  return { time, asked, read: () => readTickets({ requestId: 'r', tenantId: 't', live: true }) };
};

const settled = () => new Promise(setImmediate);

test('no more than five tickets are asked for at once, whoever asks', async (t) => {
  const { asked, read } = world(7);
  const [one, two] = [read(), read()];
  await settled();
  t.is(asked.length, 5);
  for (const { answer } of asked.slice(0, 5)) answer(STATUS);
  await settled();
  t.is(asked.length, 7);
  for (const { answer } of asked.slice(5)) answer(STATUS);
  for (const { tickets, partial } of [await one, await two]) {
    t.false(partial);
    t.true(tickets.every(({ status }) => status?.status === 'To Do'));
  }
  t.is(asked.length, 7);
});

test('after three seconds the answer says what is missing', async (t) => {
  const { asked, time, read } = world(2);
  const reading = read();
  await settled();
  asked[0]?.answer(STATUS);
  await settled();
  time.advance(3_000);
  const { tickets, partial } = await reading;
  t.true(partial);
  t.deepEqual(
    tickets.map(({ status, problem }) => [status?.status, problem]),
    [
      ['To Do', undefined],
      [undefined, 'The status was not learned within three seconds.'],
    ],
  );
});

test('an answer is kept for ten seconds, a problem not at all', async (t) => {
  const { asked, time, read } = world(1);
  const failing = read();
  await settled();
  asked[0]?.answer();
  t.is((await failing).tickets[0]?.problem, 'Jira answered 500.');
  const good = read();
  await settled();
  asked[1]?.answer(STATUS);
  await good;
  time.advance(9_999);
  await read();
  t.is(asked.length, 2);
  time.advance(1);
  void read();
  await settled();
  t.is(asked.length, 3);
});

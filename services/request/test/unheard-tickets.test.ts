import test from 'ava';
import { createPostgresUnheardTickets } from '../src/adapters/postgres/unheard-tickets.ts';
import { advance, begin } from '../src/core/domain/audit.ts';
import type { RequestEvent } from '../src/core/domain/decide.ts';
import { decideByPerson } from '../src/core/domain/decisions.ts';
import type { Request } from '../src/core/domain/request.ts';
import { anItem, aPublication } from './documents.ts';
import { A_FAILURE, AT, aChain, aRecording, aRequest, okValue, required, uuid } from './given.ts';
import { submission } from './request-store.contract.ts';
import { closeStores, openStores } from './stores.ts';

const LOOK = 600_000;
const ticket = { key: 'OPS-1', url: 'https://jira.example/browse/OPS-1' };

test.after.always(closeStores);

const setup = async () => {
  const stores = await openStores();
  await stores.catalog.publish(aPublication(anItem()));
  const tasks = aChain(2, { status: 'failed', failure: A_FAILURE }).map((task, at) => ({
    ...task,
    id: uuid(900 + at),
  }));
  await stores.store.submit(submission([aRequest(tasks)]));
  const save = async (before: Request, events: readonly RequestEvent[]): Promise<Request> => {
    const progress = advance(begin(before), events, aRecording);
    const next = { ...progress, request: { ...progress.request, version: before.version + 1 }, messages: [] };
    await stores.store.saveDecision(before, next);
    return required(await stores.store.find(before.id));
  };
  const unheard = createPostgresUnheardTickets(stores.database);
  const find = (looks: number) => unheard.find({ at: new Date(AT.getTime() + looks * LOOK), everyMs: LOOK, limit: 10 });
  const failed = required(await stores.store.find(uuid(1000)));
  return { ...stores, save, find, failed };
};

test('what is being handed over is asked for at each look, once nothing of it is left to be published', async (t) => {
  const { save, find, failed, publishAll } = await setup();
  const decision = { kind: 'escalate', at: AT, reason: null, left: [] } as const;
  await save(failed, okValue(decideByPerson(failed, decision)));
  await publishAll();
  t.deepEqual(await find(0.9), []);
  for (const looks of [1, 2, 77]) t.deepEqual(await find(looks), [failed.id]);
});

test('a task without a ticket is asked for after an hour and then daily, until it has one', async (t) => {
  const { save, find, failed, publishAll } = await setup();
  const decision = { kind: 'escalate', at: AT, reason: null, left: [] } as const;
  const escalating = await save(failed, okValue(decideByPerson(failed, decision)));
  const escalated = await save(escalating, [{ kind: 'request-escalated', at: AT, tickets: [{ position: 1, ticket }] }]);
  await publishAll();
  for (const looks of [1, 5.9, 7, 143, 145]) t.deepEqual(await find(looks), [], String(looks));
  for (const looks of [6, 144, 288]) t.deepEqual(await find(looks), [escalated.id], String(looks));
  await save(escalated, [{ kind: 'task-ticket-opened', at: AT, position: 2, ticket: { ...ticket, key: 'OPS-2' } }]);
  for (const looks of [6, 144]) t.deepEqual(await find(looks), [], String(looks));
});

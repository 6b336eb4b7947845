import { createMemoryBus, createTopology } from '@pao/bus';
import type { DataOf, getRequestTickets } from '@pao/contracts';
import { ledgerMigrations } from '@pao/executor-sdk';
import { commandOf, messageOf } from '@pao/executor-sdk/testing';
import { createIdentitySigner, generateIdentityKeys, IDENTITY_HEADER } from '@pao/http';
import { createLogger } from '@pao/runtime';
import { startFakeJira, testDatabase } from '@pao/testkit';
import test, { type ExecutionContext } from 'ava';
import { createExecutorService, readExecutorConfig } from '../src/index.ts';
import { receiveEvents } from './support/events.ts';

const TOKEN = 'jira-token-that-nobody-may-see';

type Tickets = DataOf<typeof getRequestTickets>;

const startService = async (t: ExecutionContext) => {
  const jira = await startFakeJira();
  const keys = await generateIdentityKeys();
  const bus = createMemoryBus(createTopology());
  const config = readExecutorConfig({
    DATABASE_URL: await testDatabase({ schema: 'pao_executor', migrations: ledgerMigrations }),
    PAO_PORT: '0',
    PAO_BUS_WAIT_SECONDS: '1',
    PAO_JIRA_URL: jira.url,
    PAO_JIRA_EMAIL: 'bot@example.test',
    PAO_JIRA_API_TOKEN: TOKEN,
    PAO_EGRESS_ALLOW: new URL(jira.url).host,
    PAO_IDENTITY_PUBLIC_KEYS: JSON.stringify(keys.publicKeys),
  });
  const service = createExecutorService(config, { logger: createLogger({ service: 'test', level: 'fatal' }), bus });
  await service.start();
  t.teardown(async () => {
    await service.stop();
    await jira.close().catch(() => undefined);
  });
  const signer = createIdentitySigner({ privateKey: keys.privateKey });
  const identity = { subject: 'user:dev', email: 'dev@example.test', teams: [], roles: ['developer'] };
  const get = async (path: string, tenant = 'default') => {
    const headers = { [IDENTITY_HEADER]: await signer.sign({ ...identity, tenant }) };
    const response = await fetch(`http://127.0.0.1:${service.port}/api/v1${path}`, { headers });
    return { status: response.status, text: await response.text() };
  };
  const tickets = async (id: string, query = '', tenant?: string) =>
    (JSON.parse((await get(`/requests/${id}/tickets${query}`, tenant)).text) as { data: Tickets }).data;
  return { jira, bus, service, get, tickets };
};

/** A slow machine tells more of a task than its end. */
const ended = async (bus: Parameters<typeof receiveEvents>[0]): Promise<void> => {
  for (;;) if ((await receiveEvents(bus, 1)).some(({ type }) => type === 'task-succeeded.v1')) return;
};

const aTicket = () =>
  commandOf({
    action: {
      type: 'jira-ticket',
      config: { ticket: { project: 'PLAT', summaryTemplate: 'A database' } },
      outputs: {},
    },
  });

test('tickets are known from the ledger, and how they stand from where they live', async (t) => {
  const { jira, bus, tickets } = await startService(t);
  const command = aTicket();
  await bus.publish([messageOf(command)]);
  await ended(bus);
  const [issue] = jira.issues;
  const known = await tickets(command.requestId);
  t.false(known.partial);
  t.like(known.tickets, [
    { taskId: command.taskId, generation: 1, system: 'jira', key: issue?.key, url: `${jira.url}/browse/${issue?.key}` },
  ]);
  t.is(known.tickets[0]?.status, undefined);
  const calls = jira.calls.length;
  const live = await tickets(command.requestId, '?live=true');
  t.false(live.partial);
  t.like(live.tickets[0], { status: 'To Do' });
  t.truthy(live.tickets[0]?.fetchedAt);
  jira.resolve(issue?.key ?? '');
  const again = await tickets(command.requestId, '?live=true');
  t.is(again.tickets[0]?.fetchedAt, live.tickets[0]?.fetchedAt, 'kept for a moment');
  t.is(jira.calls.length, calls + 1);
});

test("another tenant's tickets are not there, and nobody without an identity is answered", async (t) => {
  const { bus, get, tickets, service } = await startService(t);
  const command = aTicket();
  await bus.publish([messageOf(command)]);
  await ended(bus);
  t.deepEqual(await tickets(command.requestId, '?live=true', 'other'), { tickets: [], partial: false });
  t.is((await get('/requests/x/tickets')).status, 400);
  t.is((await get(`/requests/${command.requestId}/tickets?live=yes`)).status, 400);
  const nobody = await fetch(`http://127.0.0.1:${service.port}/api/v1/requests/${command.requestId}/tickets`);
  t.is(nobody.status, 401);
  t.is((await get('/health')).status, 200);
});

test('a Jira that is gone leaves what the ledger knows, with the reason, and no secret', async (t) => {
  const { jira, bus, get } = await startService(t);
  const command = aTicket();
  await bus.publish([messageOf(command)]);
  await ended(bus);
  await jira.close();
  const { status, text } = await get(`/requests/${command.requestId}/tickets?live=true`);
  t.is(status, 200);
  const { data } = JSON.parse(text) as { data: Tickets };
  t.true(data.partial);
  t.truthy(data.tickets[0]?.problem);
  t.is(data.tickets[0]?.status, undefined);
  t.false(text.includes(TOKEN));
});

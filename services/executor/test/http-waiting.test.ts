import { createMemoryBus, createTopology } from '@pao/bus';
import { ledgerMigrations } from '@pao/executor-sdk';
import { commandOf, dataOf, messageOf } from '@pao/executor-sdk/testing';
import { createLogger } from '@pao/runtime';
import { httpServer, startFakeServiceNow, testDatabase } from '@pao/testkit';
import test, { type ExecutionContext } from 'ava';
import { createExecutorService, readExecutorConfig } from '../src/index.ts';
import { receiveEvents } from './support/events.ts';

const databaseUrl = await testDatabase({ schema: 'pao_executor', migrations: ledgerMigrations });

const startService = async (t: ExecutionContext, variables: NodeJS.ProcessEnv) => {
  const bus = createMemoryBus(createTopology());
  const config = readExecutorConfig({
    DATABASE_URL: databaseUrl,
    PAO_PORT: '0',
    PAO_BUS_WAIT_SECONDS: '1',
    PAO_EXECUTOR_ANNOUNCE_MS: '60000',
    ...variables,
  });
  const lines: string[] = [];
  const logger = createLogger({
    service: 'executor',
    level: 'debug',
    destination: { write: (line) => lines.push(line) },
  });
  const service = createExecutorService(config, { logger, bus });
  await service.start();
  t.teardown(() => service.stop());
  return { bus, lines };
};

test.serial('a call with a poll is begun once, waits without a worker, and ends with what the poll says', async (t) => {
  let looks = 0;
  const target = await httpServer(t, ({ method }, response) => {
    if (method === 'GET') looks += 1;
    const body =
      method === 'POST' ? { id: 'db-1' } : { state: looks < 3 ? 'creating' : 'ready', endpoint: 'db-1.test' };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  const { bus, lines } = await startService(t, {
    PAO_EGRESS_ALLOW: `127.0.0.1:${target.port}`,
    PAO_SECRET_T: 'canary-9c',
  });
  const command = commandOf({
    action: {
      config: {
        endpoint: { url: `${target.url}/v1/databases`, method: 'POST' },
        authentication: { type: 'bearer', secretRef: 'env:T' },
        poll: { url: '/v1/databases/db-1', until: "body.state == 'ready'", interval: 0.2 },
      },
      outputs: { endpoint: 'body.endpoint', id: 'created.body.id' },
    },
  });
  await bus.publish([messageOf(command)]);
  const events = await receiveEvents(bus, 2, { requestId: command.requestId });
  t.deepEqual(
    events.map(({ type }) => type),
    ['task-waiting.v1', 'task-succeeded.v1'],
  );
  t.like(dataOf(events[0]), { waitingFor: { kind: 'check' } });
  t.like(dataOf(events[1]), { outputs: { endpoint: 'db-1.test', id: 'db-1' } });
  t.is(target.requests.filter(({ method }) => method === 'POST').length, 1);
  t.is(looks, 3);
  t.false([...lines, ...events.map(({ body }) => body)].join().includes('canary'));
});

test.serial('a request of ServiceNow is over when people have closed it', async (t) => {
  const servicenow = await startFakeServiceNow();
  t.teardown(() => servicenow.close());
  const { bus } = await startService(t, {
    PAO_EGRESS_ALLOW: servicenow.host,
    PAO_SERVICENOW_INSTANCES: JSON.stringify({ main: { url: servicenow.url, token: 'canary-token' } }),
  });
  const config = {
    instance: 'main',
    table: 'incident',
    variables: { urgency: 1 },
    waitForClosure: true,
    interval: 0.5,
  };
  const command = commandOf({ action: { type: 'servicenow-request', config, outputs: { notes: 'closeNotes' } } });
  await bus.publish([messageOf(command)]);
  const [waiting] = await receiveEvents(bus, 1, { requestId: command.requestId });
  t.like(dataOf(waiting), { waitingFor: { kind: 'check' } });
  const [record] = servicenow.of('incident');
  t.is(record?.fields['correlation_id'], `pao-${command.taskId}-g1-create`);
  const number = record?.fields['number'] ?? '';
  servicenow.closeRecord(number, { state: '7', close_notes: 'Opened.' });
  const [ended] = await receiveEvents(bus, 1, { requestId: command.requestId });
  t.is(ended?.type, 'task-succeeded.v1');
  t.like(dataOf(ended), { outputs: { number, notes: 'Opened.' } });
  t.is(servicenow.of('incident').length, 1);
});

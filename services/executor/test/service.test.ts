import { createMemoryBus, createTopology } from '@pao/bus';
import { ledgerMigrations } from '@pao/executor-sdk';
import { type CommandOptions, commandOf, dataOf, messageOf } from '@pao/executor-sdk/testing';
import { createLogger, startTelemetry } from '@pao/runtime';
import { httpServer, testDatabase } from '@pao/testkit';
import test, { type ExecutionContext } from 'ava';
import { createExecutorService, readExecutorConfig } from '../src/index.ts';
import { receiveEvents } from './support/events.ts';

const databaseUrl = await testDatabase({ schema: 'pao_executor', migrations: ledgerMigrations });

// Trace ids flow; nothing is exported.
const telemetry = await startTelemetry({ service: 'executor-test', version: '0.0.0', environment: {} });
test.after.always(() => telemetry.stop());

/** The whole service on a real database and a bus in memory. */
const startService = async (t: ExecutionContext, variables: NodeJS.ProcessEnv = {}) => {
  const lines: string[] = [];
  const bus = createMemoryBus(createTopology());
  const config = readExecutorConfig({
    DATABASE_URL: databaseUrl,
    PAO_PORT: '0',
    PAO_BUS_WAIT_SECONDS: '1',
    // However slow the machine is, only the end of a task is told here.
    PAO_EXECUTOR_ANNOUNCE_MS: '60000',
    ...variables,
  });
  const logger = createLogger({
    service: 'executor',
    level: 'debug',
    destination: { write: (line) => lines.push(line) },
  });
  const service = createExecutorService(config, { logger, bus });
  await service.start();
  t.teardown(() => service.stop());
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${service.port}${path}`);
    return { status: response.status, text: await response.text() };
  };
  return { bus, service, lines, get };
};

const post = (url: string, more: NonNullable<CommandOptions['action']> = {}): CommandOptions => ({
  action: {
    config: { endpoint: { url, method: 'POST' }, body: { type: 'json', contentTemplate: '{"a":1}' } },
    ...more,
  },
});

test.serial('a command from the queue becomes a call and an event, in the command’s trace', async (t) => {
  const target = await httpServer(t, (_request, response) => {
    response.writeHead(201, { 'content-type': 'application/json' }).end('{"id":"db-1"}');
  });
  const { bus } = await startService(t, { PAO_EGRESS_ALLOW: `127.0.0.1:${target.port}` });
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  const command = commandOf({
    ...post(`${target.url}/v1/databases`, { outputs: { databaseId: 'body.id' } }),
    traceparent: `00-${traceId}-00f067aa0ba902b7-01`,
  });
  await bus.publish([messageOf(command)]);
  const [event] = await receiveEvents(bus, 1);
  t.like(event, { type: 'task-succeeded.v1', groupId: command.requestId });
  t.like(JSON.parse(event?.body ?? ''), { subject: command.requestId, correlationid: command.correlationId });
  t.like(dataOf(event), { taskId: command.taskId, generation: 1, outputs: { status: 201, databaseId: 'db-1' } });
  t.is(target.requests[0]?.headers['idempotency-key'], `"pao-${command.taskId}-g1-call"`);
  t.true(String(target.requests[0]?.headers['traceparent']).includes(traceId));
  t.true(event?.traceparent?.includes(traceId));
});

test.serial('a hundred commands at once are carried out once each', async (t) => {
  const target = await httpServer(t, (_request, response) => response.writeHead(201).end('{}'));
  const { bus } = await startService(t, { PAO_EGRESS_ALLOW: `127.0.0.1:${target.port}` });
  const commands = Array.from({ length: 100 }, () => commandOf(post(target.url)));
  // Each command comes twice, as a bus may deliver it.
  await bus.publish([...commands, ...commands].map(messageOf));
  const events = await receiveEvents(bus, 100);
  t.true(events.every(({ type }) => type === 'task-succeeded.v1'));
  t.is(new Set(events.map((event) => dataOf(event)['taskId'])).size, 100);
  t.is(new Set(target.requests.map(({ headers }) => headers['idempotency-key'])).size, 100);
  t.is(target.requests.length, 100);
});

test.serial('a message nobody can read does not hold up the others, and ends among the dead letters', async (t) => {
  const target = await httpServer(t, (_request, response) => response.writeHead(201).end('{}'));
  const { bus } = await startService(t, { PAO_EGRESS_ALLOW: `127.0.0.1:${target.port}` });
  const [poison, command] = [commandOf(), commandOf(post(target.url))];
  await bus.publish([{ ...messageOf(poison), body: '{"specversion":"1.0"}' }, messageOf(command)]);
  const [event] = await receiveEvents(bus, 1);
  t.is(dataOf(event)['taskId'], command.taskId);
});

test.serial('what goes wrong is told with what a person needs, and no log line carries a configuration', async (t) => {
  const target = await httpServer(t, (_request, response) => response.writeHead(422).end('{"error":"quota"}'));
  const { bus, lines } = await startService(t, {
    PAO_EGRESS_ALLOW: `127.0.0.1:${target.port}`,
    PAO_SECRET_TOKEN: 'canary-7d1f',
  });
  const config = {
    endpoint: { url: target.url, method: 'POST' },
    headers: { 'x-note': 'canary-header' },
    authentication: { type: 'bearer', secretRef: 'env:TOKEN' },
    body: { type: 'json', contentTemplate: '{"note":"canary-body"}' },
  };
  await bus.publish([
    messageOf(commandOf({ action: { config } })),
    messageOf(commandOf({ action: { type: 'teleport' } })),
  ]);
  const events = await receiveEvents(bus, 2);
  const codes = events.map((event) => (dataOf(event)['failure'] as { readonly code: string }).code).toSorted();
  t.deepEqual(codes, ['HTTP_422', 'UNKNOWN_ACTION_TYPE']);
  t.true(lines.some((line) => line.includes('HTTP_422')));
  t.is(target.requests[0]?.headers.authorization, 'Bearer canary-7d1f');
  const seen = [...lines, ...events.map(({ body }) => body)].join('\n');
  t.false(seen.includes('canary'), seen);
});

test.serial('health, readiness and metrics are served, and nothing else', async (t) => {
  const target = await httpServer(t, (_request, response) => response.writeHead(500).end());
  const { bus, get } = await startService(t, { PAO_EGRESS_ALLOW: `127.0.0.1:${target.port}` });
  await bus.publish([messageOf(commandOf(post(target.url)))]);
  await receiveEvents(bus, 1);
  t.is((await get('/api/v1/health')).status, 200);
  t.is((await get('/api/v1/health/ready')).status, 200);
  t.is((await get('/api/v1/requests')).status, 404);
  const { text } = await get('/metrics');
  t.true(text.includes('pao_tasks_ended_total{type="rest-api",outcome="unknown"} 1'));
  t.true(text.includes('pao_attempts_open{state="in-doubt"} 0'));
});

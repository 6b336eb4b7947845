import { createMemoryBus, createTopology } from '@pao/bus';
import { ledgerMigrations } from '@pao/executor-sdk';
import { commandOf, dataOf, messageOf } from '@pao/executor-sdk/testing';
import { createLogger } from '@pao/runtime';
import { httpServer, testDatabase } from '@pao/testkit';
import test from 'ava';
import { createExecutorService, readExecutorConfig } from '../src/index.ts';
import { receiveEvents } from './support/events.ts';

const databaseUrl = await testDatabase({ schema: 'pao_executor', migrations: ledgerMigrations });

test.serial('a task waits for a target that fails, says so, and is carried out once the target is back', async (t) => {
  let status = 503;
  const target = await httpServer(t, (_request, response) => response.writeHead(status).end('{}'));
  const other = await httpServer(t, (_request, response) => response.writeHead(200).end('{}'));
  const bus = createMemoryBus(createTopology());
  const config = readExecutorConfig({
    DATABASE_URL: databaseUrl,
    PAO_PORT: '0',
    PAO_BUS_WAIT_SECONDS: '1',
    PAO_EXECUTOR_ANNOUNCE_MS: '60000',
    PAO_EXECUTOR_BREAKER_FAILURES: '2',
    PAO_EXECUTOR_BREAKER_SECONDS: '1',
    PAO_EGRESS_ALLOW: `127.0.0.1:${target.port},127.0.0.1:${other.port}`,
  });
  const logger = createLogger({ service: 'executor', level: 'silent' });
  const service = createExecutorService(config, { logger, bus });
  await service.start();
  t.teardown(() => service.stop());

  const post = (url: string) => commandOf({ action: { config: { endpoint: { url, method: 'POST' } } } });
  const failing = [post(target.url), post(target.url)];
  await bus.publish(failing.map(messageOf));
  await receiveEvents(bus, 2);
  const metrics = await (await fetch(`http://127.0.0.1:${service.port}/metrics`)).text();
  t.true(metrics.includes(`pao_breaker_state{target="${target.url}",type="rest-api"} 2`));

  status = 200;
  const [waiting, unconcerned] = [post(target.url), post(other.url)];
  await bus.publish([waiting, unconcerned].map(messageOf));
  const events = await receiveEvents(bus, 3);
  const of = (taskId: string) => events.filter((event) => dataOf(event)['taskId'] === taskId).map(({ type }) => type);
  t.deepEqual(of(unconcerned.taskId), ['task-succeeded.v1']);
  t.deepEqual(of(waiting.taskId), ['task-progressed.v1', 'task-succeeded.v1']);
  const told = events.find(({ type }) => type === 'task-progressed.v1');
  t.regex(told?.body ?? '', /waiting: http:\/\/127\.0\.0\.1:\d+ has been failing since 20/);
  t.is(target.requests.length, 3);
});

test.serial('a command whose handling throws each time holds up its own request, and no other', async (t) => {
  const target = await httpServer(t, (_request, response) => response.writeHead(201).end('{}'));
  const bus = createMemoryBus(createTopology());
  const config = readExecutorConfig({
    DATABASE_URL: databaseUrl,
    PAO_PORT: '0',
    PAO_BUS_WAIT_SECONDS: '1',
    PAO_EXECUTOR_ANNOUNCE_MS: '60000',
    PAO_EGRESS_ALLOW: `127.0.0.1:${target.port}`,
  });
  const service = createExecutorService(config, {
    logger: createLogger({ service: 'executor', level: 'silent' }),
    bus,
  });
  await service.start();
  t.teardown(() => service.stop());
  const post = (requestId?: string) =>
    commandOf({
      ...(requestId !== undefined && { requestId }),
      action: { config: { endpoint: { url: target.url, method: 'POST' } } },
    });
  const poison = messageOf(commandOf());
  const others = Array.from({ length: 20 }, () => post());
  await bus.publish([
    { ...poison, body: poison.body.replace('"generation":1', '"generation":"one"') },
    messageOf(post(poison.groupId)),
    ...others.map(messageOf),
  ]);
  const events = await receiveEvents(bus, 20);
  t.deepEqual(new Set(events.map((event) => dataOf(event)['taskId'])), new Set(others.map(({ taskId }) => taskId)));
});

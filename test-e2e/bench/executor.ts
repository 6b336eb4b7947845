import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { type AwsConnection, type Bus, createAwsBus, createTopology, ensureTopology } from '@pao/bus';
import { commandOf, messageOf } from '@pao/executor-sdk/testing';
import { startEmbeddedPostgres } from '@pao/postgres/embedded';
import { createLogger } from '@pao/runtime';
// @boundaries-ignore what is measured
import { createExecutorService, readExecutorConfig } from '../../services/executor/src/index.ts';
import { temporaryDirectory } from '../harness/standalone.ts';
import { percentile, repeat } from './load.ts';

const { values: options } = parseArgs({ options: { small: { type: 'boolean', default: false } } });
const [ALONE, MANY] = options.small ? [50, 300] : [300, 3_000];

/** Of one task, by the clock of this process. */
interface Times {
  received?: number;
  called?: number;
  answered?: number;
  published?: () => void;
}

const tasks = new Map<string, Times>();
const spent: { readonly before: number[]; readonly after: number[] } = { before: [], after: [] };

/** The bus as the executor sees it, with the moments at which it gives and takes messages. */
const timed = (bus: Bus): Bus => ({
  ...bus,
  receive: async (request) => {
    const messages = await bus.receive(request);
    const now = performance.now();
    for (const { groupId } of messages) {
      const task = tasks.get(groupId);
      if (task) task.received = now;
    }
    return messages;
  },
  publish: async (messages) => {
    const report = await bus.publish(messages);
    const now = performance.now();
    for (const { groupId } of messages) {
      const task = tasks.get(groupId);
      if (task?.received === undefined || task.called === undefined || task.answered === undefined) continue;
      spent.before.push(task.called - task.received);
      spent.after.push(now - task.answered);
      task.published?.();
    }
    return report;
  },
});

/** A target that answers at once; the path names the request. */
const startTarget = async () => {
  const server = createServer((call, answer) => {
    const task = tasks.get((call.url ?? '').slice(1));
    if (task) task.called = performance.now();
    call.resume().on('end', () => {
      if (task) task.answered = performance.now();
      answer.writeHead(201, { 'content-type': 'application/json' }).end('{"id":"r-1"}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { server, host: `127.0.0.1:${port}` };
};

const runTask = async (bus: Bus, host: string): Promise<void> => {
  const command = commandOf();
  const endpoint = { url: `http://${host}/${command.requestId}`, method: 'POST' };
  const config = { endpoint, body: { type: 'json', contentTemplate: '{"size":"small"}' } };
  const action = { ...command.action, config, outputs: { thing: 'body.id' } };
  const { promise, resolve } = Promise.withResolvers<void>();
  tasks.set(command.requestId, { published: resolve });
  await bus.publish([messageOf({ ...command, action })]);
  await promise;
  tasks.delete(command.requestId);
};

const report = (label: string): void => {
  for (const [what, all] of [
    ['received to called', spent.before],
    ['answered to published', spent.after],
  ] as const) {
    const figures = [50, 95, 99].map((percent) => `p${percent} ${percentile(all, percent).toFixed(1)} ms`);
    process.stdout.write(`${`${label}: ${what}`.padEnd(58)} ${figures.join(', ')}\n`);
    all.length = 0;
  }
};

const directory = await temporaryDirectory();
const logger = createLogger({ service: 'bench', level: 'warn' });
const postgres = await startEmbeddedPostgres({ dataDirectory: join(directory.path, 'postgres'), logger });
// SNS and SQS are elsewhere: a thread of their own takes nothing of this one's time.
const emulator = new Worker(new URL('./emulator-thread.ts', import.meta.url));
const [endpoint] = (await once(emulator, 'message')) as [string];
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const connection: AwsConnection = { endpoint, region: 'eu-central-1', credentials };
const topology = createTopology();
await ensureTopology(connection, topology);
const bus = createAwsBus({ ...connection, topology });
const { server, host } = await startTarget();
const config = readExecutorConfig({
  DATABASE_URL: postgres.url,
  PAO_PORT: '0',
  PAO_BUS_WAIT_SECONDS: '1',
  PAO_EGRESS_ALLOW: host,
});
const executor = createExecutorService(config, { logger, bus: timed(bus) });
await executor.start();

const measure = async (label: string, count: number, concurrency: number): Promise<void> => {
  await repeat(count, concurrency, () => runTask(bus, host));
  report(label);
};

await measure('warm-up', ALONE, 20);
await measure('one task at a time', ALONE, 1);
await measure('20 tasks at a time', MANY, 20);
await executor.stop();
await bus.close();
server.close();
await emulator.terminate();
await postgres.stop();
await directory.remove();

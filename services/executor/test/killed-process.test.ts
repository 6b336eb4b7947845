import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Bus, createAwsBus, createTopology, ensureTopology } from '@pao/bus';
import { startEmulator } from '@pao/bus/emulator';
import { ledgerMigrations } from '@pao/executor-sdk';
import { type CommandOptions, commandOf, dataOf, messageOf } from '@pao/executor-sdk/testing';
import { httpServer, testDatabase } from '@pao/testkit';
import test, { type ExecutionContext } from 'ava';
import { receiveEvents } from './support/events.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const databaseUrl = await testDatabase({ schema: 'pao_executor', migrations: ledgerMigrations });
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

/** The emulator of SNS and SQS, which outlives the executors, as AWS would. */
const startBus = async (t: ExecutionContext): Promise<{ readonly bus: Bus; readonly endpoint: string }> => {
  const emulator = await startEmulator();
  const connection = { region: 'us-east-1', endpoint: emulator.endpoint, credentials };
  const topology = createTopology();
  await ensureTopology(connection, topology);
  const bus = createAwsBus({ ...connection, topology });
  t.teardown(async () => {
    await bus.close();
    await emulator.stop();
  });
  return { bus, endpoint: emulator.endpoint };
};

/** An executor as a process of its own. */
const startProcess = (t: ExecutionContext, endpoint: string, port: number): ChildProcess => {
  const child = spawn(process.execPath, [main], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      DATABASE_URL: databaseUrl,
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      PAO_EXECUTOR_INSTANCE: 'killed-process-test',
      PAO_EGRESS_ALLOW: `127.0.0.1:${port}`,
      PAO_PORT: '0',
      // Only the end of a task is told here.
      PAO_EXECUTOR_ANNOUNCE_MS: '60000',
      PAO_LOG_LEVEL: 'silent',
    },
  });
  t.teardown(() => child.kill('SIGKILL'));
  return child;
};

const killed = async (child: ChildProcess): Promise<void> => {
  child.kill('SIGKILL');
  await once(child, 'exit');
};

/** Kills an executor between START and the answer, starts another, and returns what that one tells. */
const killInTheMiddle = async (t: ExecutionContext, action: NonNullable<CommandOptions['action']>) => {
  const { bus, endpoint } = await startBus(t);
  const called = Promise.withResolvers<void>();
  let calls = 0;
  const target = await httpServer(t, (_request, response) => {
    calls += 1;
    called.resolve();
    // The first call is taken and never answered.
    if (calls > 1) response.writeHead(201, { 'content-type': 'application/json' }).end('{"id":"db-1"}');
  });
  const config = { endpoint: { url: target.url, method: 'POST' } };
  const command = commandOf({ action: { config, timeoutSeconds: 600, outputs: { id: 'body.id' }, ...action } });
  const first = startProcess(t, endpoint, target.port);
  await bus.publish([messageOf(command)]);
  await called.promise;
  await killed(first);
  const second = startProcess(t, endpoint, target.port);
  const events = await receiveEvents(bus, 1, { requestId: command.requestId });
  await killed(second);
  return { command, target, events };
};

test.serial('an executor killed between START and the answer leaves a stuck task, and one call', async (t) => {
  const { command, target, events } = await killInTheMiddle(t, {});
  t.deepEqual(
    events.map(({ type }) => type),
    ['task-stuck.v1'],
  );
  t.like(dataOf(events[0]), {
    taskId: command.taskId,
    reason: 'outcome-unknown',
    failure: { code: 'ATTEMPT_INTERRUPTED', evidence: { attempt: `pao-${command.taskId}-g1-call` } },
  });
  t.is(target.requests.length, 1);
});

test.serial('an idempotent call of a killed executor is sent again under the same key, and ends', async (t) => {
  const { command, target, events } = await killInTheMiddle(t, { idempotent: true });
  t.deepEqual(
    events.map(({ type }) => type),
    ['task-succeeded.v1'],
  );
  t.like(dataOf(events[0]), { taskId: command.taskId, outputs: { id: 'db-1' } });
  const keys = target.requests.map(({ headers }) => headers['idempotency-key']);
  t.deepEqual(
    keys,
    Array.from({ length: 2 }, () => `"pao-${command.taskId}-g1-call"`),
  );
});

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Bus, createAwsBus, createTopology, ensureTopology } from '@pao/bus';
import { startEmulator } from '@pao/bus/emulator';
import { encodeMessage, resumeTaskV1 } from '@pao/contracts';
import { ledgerMigrations, type TaskCommand } from '@pao/executor-sdk';
import { commandOf, dataOf, messageOf, newId } from '@pao/executor-sdk/testing';
import { openDatabase } from '@pao/postgres';
import { httpServer, testDatabase } from '@pao/testkit';
import test, { type ExecutionContext } from 'ava';
import { receiveEvents } from './support/events.ts';

const main = fileURLToPath(new URL('support/stepped-process.ts', import.meta.url));
const databaseUrl = await testDatabase({ schema: 'pao_executor', migrations: ledgerMigrations });
const database = openDatabase({ url: databaseUrl, schema: 'pao_executor', applicationName: 'test', maxConnections: 2 });
test.after.always(() => database.close());
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

interface World {
  readonly bus: Bus;
  readonly command: TaskCommand;
  /** What was done to the target, in order. */
  readonly effects: readonly string[];
  readonly start: () => ChildProcess;
  readonly killed: (child: ChildProcess) => Promise<void>;
  /** Resolves once the target was asked for this; that call is never answered. */
  readonly hung: Promise<void>;
}

/** A target that counts, and that lets the first call of `hangsAt` hang. */
const worldOf = async (t: ExecutionContext, kind: string, hangsAt: string): Promise<World> => {
  const emulator = await startEmulator();
  const connection = { region: 'us-east-1', endpoint: emulator.endpoint, credentials };
  const topology = createTopology();
  await ensureTopology(connection, topology);
  const bus = createAwsBus({ ...connection, topology });
  t.teardown(async () => {
    await bus.close();
    await emulator.stop();
  });
  const effects: string[] = [];
  const hung = Promise.withResolvers<void>();
  let hangs = true;
  const target = await httpServer(t, (request, response) => {
    const url = request.url ?? '';
    const name = url.split('/').at(-1) ?? '';
    if (request.method === 'POST') effects.push(name.split('-').at(-1) ?? '');
    if (hangs && url.includes(hangsAt)) {
      hangs = false;
      hung.resolve();
      return;
    }
    const isProbe = request.method === 'GET' && url.startsWith('/effects/');
    const found = !isProbe || effects.includes(name.split('-').at(-1) ?? '');
    // A callback that was not answered is not looked for.
    const done = kind === 'check' || !url.startsWith('/look') || url.endsWith('?answered');
    response.writeHead(found && done ? 200 : 404).end();
  });
  const start = (): ChildProcess => {
    const env = {
      DATABASE_URL: databaseUrl,
      AWS_ENDPOINT_URL: emulator.endpoint,
      TARGET_URL: target.url,
      PARK_KIND: kind,
    };
    const child = spawn(process.execPath, [main], { stdio: ['ignore', 'ignore', 'inherit'], env });
    t.teardown(() => child.kill('SIGKILL'));
    return child;
  };
  const killed = async (child: ChildProcess): Promise<void> => {
    child.kill('SIGKILL');
    await once(child, 'exit');
    // As if the claim of a look, which nobody renews, were over.
    await database.query({ text: 'UPDATE parked_task SET wake_at = least(wake_at, now())' });
  };
  return {
    bus,
    command: commandOf({ action: { type: 'stepped', timeoutSeconds: 600 } }),
    effects,
    start,
    killed,
    hung: hung.promise,
  };
};

/** The next event of the request that says more than that it goes on. */
const nextEvent = async ({ bus, command }: World) => {
  const [event] = await receiveEvents(bus, 1, { requestId: command.requestId });
  return event;
};

const resumeOf = ({ requestId, taskId, generation, tenantId, correlationId }: TaskCommand) => {
  const id = newId();
  const answer = { kind: 'callback', body: { ok: true }, receivedAt: new Date().toISOString() } as const;
  const fields = { id, subject: requestId, time: new Date(), correlationId, tenantId };
  const data = { requestId, taskId, generation, actionType: 'stepped', answer };
  const body = encodeMessage(resumeTaskV1, fields, data);
  return {
    id,
    destination: 'queue:tasks-default',
    groupId: requestId,
    dedupId: id,
    type: resumeTaskV1.type,
    body,
  } as const;
};

const ALL = ['first', 'second', 'third'];

test.serial(
  'killed between two steps: the first is not repeated, and the second, which nobody saw, goes to a person',
  async (t) => {
    const world = await worldOf(t, 'check', '/proceed/second');
    const first = world.start();
    await world.bus.publish([messageOf(world.command)]);
    await world.hung;
    await world.killed(first);
    const second = world.start();
    const event = await nextEvent(world);
    t.is(event?.type, 'task-stuck.v1');
    t.like(dataOf(event), { failure: { code: 'ATTEMPT_INTERRUPTED', evidence: { doneBefore: [{ step: 'first' }] } } });
    t.deepEqual(world.effects, ['first']);
    await world.killed(second);
  },
);

test.serial(
  'killed in the middle of a later step: it is found at the target, and the task goes on behind it',
  async (t) => {
    const world = await worldOf(t, 'check', '-g1-second');
    const first = world.start();
    await world.bus.publish([messageOf(world.command)]);
    await world.hung;
    await world.killed(first);
    const second = world.start();
    t.is((await nextEvent(world))?.type, 'task-waiting.v1');
    t.is((await nextEvent(world))?.type, 'task-succeeded.v1');
    t.deepEqual(world.effects, ALL);
    await world.killed(second);
  },
);

test.serial('killed while its task waits, and again during a look: the wait goes on elsewhere', async (t) => {
  const world = await worldOf(t, 'check', '/look');
  const first = world.start();
  await world.bus.publish([messageOf(world.command)]);
  t.is((await nextEvent(world))?.type, 'task-waiting.v1');
  await world.killed(first);
  const second = world.start();
  await world.hung;
  await world.killed(second);
  const third = world.start();
  t.is((await nextEvent(world))?.type, 'task-succeeded.v1');
  t.deepEqual(world.effects, ALL);
  await world.killed(third);
});

test.serial('killed when the answer has come: it is kept, and comes once more without being sent', async (t) => {
  const world = await worldOf(t, 'callback', '/look?answered');
  const first = world.start();
  await world.bus.publish([messageOf(world.command)]);
  t.is((await nextEvent(world))?.type, 'task-waiting.v1');
  await world.bus.publish([resumeOf(world.command)]);
  await world.hung;
  await world.killed(first);
  const second = world.start();
  t.is((await nextEvent(world))?.type, 'task-succeeded.v1');
  t.deepEqual(world.effects, ALL);
  await world.killed(second);
});

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Bus } from '@pao/bus';
import { createClient } from '@pao/client';
import { type DeadLetter, operations } from '@pao/contracts';
import { eventually } from '@pao/testkit';
import test, { type ExecutionContext } from 'ava';
import { writeStepCatalog } from './harness/catalog.ts';
import { startFleet } from './harness/fleet.ts';
import { startRestTarget } from './harness/rest-target.ts';
import { temporaryDirectory } from './harness/standalone.ts';
import { getData, submit, untilAtRest } from './harness/steps.ts';

// Every service as a process of its own, an operator at the gateway, and messages that nobody could handle.

const KEY = 'pao_the-key-of-the-operator-of-this-test';

const OTHER_KEY = 'pao_the-key-of-a-developer-of-this-test';

const caller = (name: string, key: string, roles: readonly string[]) => ({
  ...{ name, sha256: createHash('sha256').update(key).digest('hex'), email: `${name}@example.test` },
  ...{ teams: [], roles, tenant: 'default' },
});

const operator = caller('operator', KEY, ['operator']);
const developer = caller('developer', OTHER_KEY, ['developer']);

const start = async (t: ExecutionContext) => {
  const directory = await temporaryDirectory();
  const target = await startRestTarget();
  const catalog = join(directory.path, 'catalog');
  await writeStepCatalog(catalog, target.host);
  const fleet = await startFleet({
    catalog,
    environment: { PAO_API_KEYS: JSON.stringify([operator, developer]), PAO_EGRESS_ALLOW: target.host },
  });
  t.teardown(async () => {
    await fleet.stop();
    await target.close();
    await directory.remove();
  });
  const ops = { client: createClient({ baseUrl: fleet.url, apiKey: KEY, timeoutMs: 60_000 }) };
  const letters = (count: number): Promise<readonly DeadLetter[]> =>
    eventually(
      async () => {
        const found = await getData(ops, operations.listDeadLetters);
        return found.length === count && found;
      },
      { timeoutMs: 60_000, everyMs: 200 },
    );
  return { fleet, target, ops, letters };
};

/** What a consumer does with a message that failed for the last time. */
const bury = async (bus: Bus, queue: string) => {
  const request = { queue, max: 1, waitSeconds: 1, visibilitySeconds: 60 };
  const message = await eventually(async () => (await bus.receive(request))[0], { timeoutMs: 60_000 });
  await bus.moveToDeadLetters(queue, message);
  return message;
};

test('a lost command stops its request though no executor runs; sent again, what it asks for happens once', async (t) => {
  const { fleet, target, ops, letters } = await start(t);
  const revive = await fleet.kill('executor');
  const [id = ''] = await submit(fleet, [{ item: 'testing-steps-3', input: { name: 'orders' } }]);
  const command = await bury(fleet.bus, 'tasks-default');
  const failed = await untilAtRest(fleet, id);
  t.like(failed, { status: 'failed', failure: { stuck: 'outcome-unknown', code: 'COMMAND_NOT_DELIVERED' } });
  t.deepEqual(
    failed.tasks.map(({ status }) => status),
    ['stuck', 'pending', 'pending'],
  );
  const [letter] = await letters(1);
  const redrive = (acknowledgeUnknown: boolean, letterId = letter?.id ?? '') =>
    ops.client.call(operations.redriveDeadLetter, { params: { id: letterId }, body: { acknowledgeUnknown } });
  t.like(letter, { requestId: id, status: 'parked', obstacle: { kind: 'decision-needed' } });
  t.like(await redrive(false), { ok: false, error: { kind: 'refused', status: 409 } });
  await revive();
  t.is(target.calls.length, 0);
  const presses = await Promise.all([redrive(true), redrive(true)]);
  t.is(presses.filter(({ ok }) => ok).length, 1);
  await eventually(
    async () => (await getData(fleet, operations.getRequest, { params: { id } })).status === 'completed',
    { timeoutMs: 60_000, everyMs: 100 },
  );
  t.deepEqual(
    target.calls.map(({ path }) => path),
    ['/steps/1', '/steps/2', '/steps/3'],
  );

  // The same once more: the ledger of the executor knows it, whatever the bus brings.
  const again = { id: command.messageId, groupId: id, dedupId: 'once more', type: command.type, body: command.body };
  await fleet.bus.publish([{ ...again, destination: 'queue:tasks-default' }]);
  await fleet.bus.publish([{ ...again, destination: 'queue:tasks-default-dlq' }]);
  const [late] = await letters(1);
  const refused = await redrive(true, late?.id);
  t.true(!refused.ok && refused.error.kind === 'refused' && /is over/.test(refused.error.error.message));
  await eventually(async () => (await fleet.bus.depth('tasks-default')).waiting === 0);
  t.is(target.calls.length, 3);
});

test('a message of a type that nobody knows ends parked, is shown through the gateway, and discarded', async (t) => {
  const { fleet, ops, letters } = await start(t);
  await fleet.kill('executor');
  const body = JSON.stringify({
    ...{ specversion: '1.0', id: '019381d0-7c4e-7000-8000-000000000001', source: '/pao/nobody', type: 'gone.v9' },
    ...{ subject: 'x', time: new Date().toISOString(), datacontenttype: 'application/json', correlationid: 'c' },
    ...{ tenantid: 'default', data: {} },
  });
  const message = { id: 'x', destination: 'queue:executor-inbox', groupId: 'g', dedupId: 'd', type: 'gone.v9', body };
  await fleet.bus.publish([message as Parameters<Bus['publish']>[0][number]]);
  await bury(fleet.bus, 'executor-inbox');
  const [letter] = await letters(1);
  t.like(letter, { queue: 'executor-inbox', type: 'gone.v9', reason: 'No message of type gone.v9 is known.' });
  const params = { id: letter?.id ?? '' };
  t.is((await getData(ops, operations.getDeadLetter, { params })).body, body);
  const other = createClient({ baseUrl: fleet.url, apiKey: OTHER_KEY });
  t.like(await other.call(operations.getDeadLetter, { params }), {
    ok: false,
    error: { kind: 'refused', status: 403 },
  });
  const stats = await getData(ops, operations.getQueueStats);
  t.is(stats.queues.find(({ queue }) => queue === 'executor-inbox')?.deadLetters.parked, 1);
  await getData(ops, operations.discardDeadLetter, { params, body: { reason: 'from a test' } });
  await letters(0);
  const { history } = await getData(ops, operations.getDeadLetter, { params });
  t.like(history.at(-1), { change: 'discarded', by: operator.email, reason: 'from a test' });
});

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { operations } from '@pao/contracts';
import test, { type ExecutionContext } from 'ava';
import { type Fleet, startFleet } from './harness/fleet.ts';
import { itemDocument } from './harness/item-document.ts';
import { type RestTarget, startRestTarget } from './harness/rest-target.ts';
import { temporaryDirectory } from './harness/standalone.ts';
import { getData, submit, untilAtRest } from './harness/steps.ts';

/** What is made by a POST, and undone by a DELETE of what that gave. */
const action = (index: number, host: string): string => `
      - type: rest-api
        id: step-${index}
        name: Step ${index}
        config: { endpoint: { url: "http://${host}/things/${index}", method: POST } }
        outputs: { id${index}: body.id }
        rollback:
          type: rest-api
          timeout: 2
          config: { endpoint: { url: "http://${host}/things/${index}/{{.output.id${index}}}", method: DELETE } }`;

const item = (host: string): string =>
  itemDocument({
    id: 'undoable',
    name: 'Things',
    description:
      'Makes three things one after the other, each of which can be deleted again, as the tests of rollbacks ask for.',
    actions: [1, 2, 3].map((index) => action(index, host)),
  });

interface World {
  readonly fleet: Fleet;
  readonly target: RestTarget;
  readonly id: string;
}

/** A request whose first two things are made, and whose third was refused. */
const failedRequest = async (t: ExecutionContext, undoMs: number): Promise<World> => {
  const directory = await temporaryDirectory();
  const target = await startRestTarget(({ method, path }) => {
    if (method === 'DELETE') return { delayMs: undoMs };
    return path === '/things/3' ? { status: 400 } : {};
  });
  const catalog = join(directory.path, 'catalog', 'testing');
  await mkdir(catalog, { recursive: true });
  await writeFile(join(catalog, 'undoable.yaml'), item(target.host));
  const fleet = await startFleet({ catalog: directory.path, environment: { PAO_EGRESS_ALLOW: target.host } });
  t.teardown(async () => {
    await fleet.stop();
    await target.close();
    await directory.remove();
  });
  const [id = ''] = await submit(fleet, [{ item: 'testing-undoable', input: { name: 'things' } }]);
  t.is((await untilAtRest(fleet, id)).status, 'failed');
  return { fleet, target, id };
};

const deleted = ({ calls }: RestTarget): readonly string[] =>
  calls.filter(({ method }) => method === 'DELETE').map(({ path }) => path);

test('an undo during which its executor is killed is stuck, and is done again by a person’s word alone', async (t) => {
  t.timeout(180_000);
  const { fleet, target, id } = await failedRequest(t, 1_000);
  const { version, undone } = await getData(fleet, operations.previewRollback, { params: { id } });
  t.deepEqual(
    undone.map(({ position }) => position),
    [2, 1],
  );
  await getData(fleet, operations.rollBackRequest, { params: { id }, body: { version, reason: 'not wanted' } });
  while (deleted(target).length === 0) await sleep(1);
  const start = await fleet.kill('executor');
  await start();
  const stuck = await untilAtRest(fleet, id, 120_000);
  t.is(stuck.status, 'failed');
  t.like(stuck.failure, { stuck: 'outcome-unknown', actionId: 'step-2-rollback' });
  t.deepEqual(deleted(target), ['/things/2/r-2'], 'nobody repeats it unasked, and nothing goes on without it');
  const unread = await fleet.client.call(operations.retryRequest, { params: { id }, body: {} });
  t.false(unread.ok);
  await getData(fleet, operations.retryRequest, { params: { id }, body: { acknowledgeUnknown: true } });
  const { status, tasks, rolledBack } = await untilAtRest(fleet, id);
  t.is(status, 'aborted');
  t.deepEqual(rolledBack, { undone: 2, left: 0, total: 2 });
  t.deepEqual(
    tasks.map((task) => [task.status, task.generation]),
    [
      ['completed', 1],
      ['completed', 1],
      ['skipped', 1],
      ['completed', 2],
      ['completed', 1],
    ],
  );
  t.deepEqual(deleted(target), ['/things/2/r-2', '/things/2/r-2', '/things/1/r-1']);
  const keys = target.calls.filter(({ method }) => method === 'DELETE').map(({ idempotencyKey }) => idempotencyKey);
  const [second, first] = [tasks[3]?.id, tasks[4]?.id];
  t.deepEqual(keys, [`"pao-${second}-g1-call"`, `"pao-${second}-g2-call"`, `"pao-${first}-g1-call"`]);
});

test('a rollback goes on where it was when the request service is killed', async (t) => {
  t.timeout(120_000);
  const { fleet, target, id } = await failedRequest(t, 500);
  await getData(fleet, operations.rollBackRequest, { params: { id }, body: {} });
  while (deleted(target).length === 0) await sleep(1);
  const start = await fleet.kill('request');
  await start();
  t.is((await untilAtRest(fleet, id)).status, 'aborted');
  t.deepEqual(deleted(target), ['/things/2/r-2', '/things/1/r-1']);
});

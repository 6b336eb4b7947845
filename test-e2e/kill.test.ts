import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { operations, type RequestDetails } from '@pao/contracts';
import test from 'ava';
import { writeStepCatalog } from './harness/catalog.ts';
import { type RestTarget, startRestTarget } from './harness/rest-target.ts';
import { type Standalone, startStandalone, temporaryDirectory } from './harness/standalone.ts';
import { getData, submit, untilAtRest } from './harness/steps.ts';

const ACCEPTED = 50;

/** How often each task's effect was asked of the target. The key names task, generation and step. */
const callsByTask = (target: RestTarget): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const { idempotencyKey } of target.calls) {
    const task = /pao-([0-9a-f-]{36})-g\d+/.exec(idempotencyKey)?.[1] ?? '';
    counts.set(task, (counts.get(task) ?? 0) + 1);
  }
  return counts;
};

/** Submits one request after the other, and kills the system while their tasks run. */
const submitAndKill = async (system: Standalone, target: RestTarget): Promise<readonly string[]> => {
  const items = ['testing-steps-1', 'testing-steps-3'];
  const submissions = Array.from({ length: ACCEPTED }, (_, index) =>
    submit(system, [{ item: items[index % 2] ?? '', input: { name: `kill-${index}` } }]),
  );
  const ids = (await Promise.all(submissions)).flat();
  while (target.calls.length < ACCEPTED / 2) await sleep(1);
  await system.kill();
  return ids;
};

for (const delayMs of process.env['PAO_DEEP'] === '1' ? [0, 5, 40] : [5]) {
  test.serial(
    `after kill -9 with calls of ${delayMs} ms under way, no request is lost and none has an effect twice`,
    async (t) => {
      const directory = await temporaryDirectory();
      const target = await startRestTarget(delayMs);
      const catalog = join(directory.path, 'catalog');
      await writeStepCatalog(catalog, target.host);
      const options = {
        dataDirectory: join(directory.path, 'data'),
        environment: { PAO_CATALOG: catalog, PAO_EGRESS_ALLOW: target.host },
      };
      t.teardown(async () => {
        await target.close();
        await directory.remove();
      });

      const ids = await submitAndKill(await startStandalone(options), target);
      t.is(ids.length, ACCEPTED);
      const revived = await startStandalone(options);
      t.teardown(() => revived.kill());
      const requests: RequestDetails[] = [];
      for (const id of ids) requests.push(await untilAtRest(revived, id));

      const flagged = new Set<string>();
      for (const request of requests) {
        if (request.status === 'completed') continue;
        t.is(request.failure?.stuck, 'outcome-unknown', `${request.id}: ${JSON.stringify(request.failure)}`);
        flagged.add(request.failure?.taskId ?? '');
      }
      const calls = callsByTask(target);
      for (const task of requests.flatMap((request) => request.tasks)) {
        const count = calls.get(task.id) ?? 0;
        if (task.status === 'completed') t.is(count, 1, `task ${task.id} was called ${count} times`);
        else
          t.true(
            count === 0 || (count === 1 && flagged.has(task.id)),
            `task ${task.id}: ${task.status}, ${count} calls`,
          );
      }
      const stored = await getData(revived, operations.listRequests, { query: { limit: 200 } });
      t.is(stored.length, ACCEPTED);
      t.log(`${requests.length - flagged.size} completed, ${flagged.size} wait for a person`);
    },
  );
}

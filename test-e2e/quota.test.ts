import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { operations } from '@pao/contracts';
import test from 'ava';
import { itemDocument } from './harness/item-document.ts';
import { type RestTarget, startRestTarget, type TargetAnswer, type TargetCall } from './harness/rest-target.ts';
import { type Standalone, startStandalone, temporaryDirectory } from './harness/standalone.ts';
import { getData, submit, untilAtRest } from './harness/steps.ts';

// Quotas through the gateway, on the real system: with many callers at once, over the life of requests, and over kill -9.

const MAX = 12;

const create = (host: string): string => `
      - type: rest-api
        id: create
        config:
          endpoint: { url: "http://${host}/things", method: POST }
          body: { type: json, contentTemplate: '{"name": "{{.current.name}}"}' }`;

const item = (id: string, host: string): string =>
  itemDocument({
    id,
    name: 'A scarce thing',
    description: 'There may only be so many of it for a team, which is what the end-to-end test of quotas asks for.',
    actions: [create(host)],
    rest: [
      `policy: { quota: { per: team, max: ${MAX}, resource: ${id}-things } }`,
      'cost: { currency: EUR, monthly: 2.5 }',
    ],
  });

/** What is called `refused-…` is refused, what is called `slow-…` takes its time. */
const answerTo = ({ body }: TargetCall): TargetAnswer => {
  if (body.includes('"refused-')) return { status: 422 };
  return { delayMs: body.includes('"slow-') ? 300 : 0 };
};

let target: RestTarget;
let directory: { path: string; remove(): Promise<void> };
let system: Standalone;

const start = () =>
  startStandalone({
    dataDirectory: join(directory.path, 'data'),
    environment: { PAO_CATALOG: join(directory.path, 'catalog'), PAO_EGRESS_ALLOW: target.host },
  });

test.before(async () => {
  directory = await temporaryDirectory();
  target = await startRestTarget(answerTo);
  const folder = join(directory.path, 'catalog/catalog/testing');
  await mkdir(folder, { recursive: true });
  for (const id of ['scarce', 'killed']) await writeFile(join(folder, `${id}.yaml`), item(id, target.host));
  system = await start();
});

test.after.always(async () => {
  await system?.kill();
  await target?.close();
  await directory?.remove();
});

const usage = async (resource: string) => {
  const [row] = await getData(system, operations.listQuotas, { query: { resource } });
  return row && [row.scope, row.reserved, row.committed, row.max];
};

/** The id of the request, or the code of the refusal; undefined when nobody answered. */
const ask = async (id: string, name: string): Promise<string | undefined> => {
  const items = [{ schemaVersion: 'catalog/v1' as const, catalogItemId: `testing-${id}`, input: { name } }];
  const asked = await system.client.call(operations.submitRequests, { body: { items } });
  if (asked.ok) return asked.value.data.requests[0]?.id;
  return asked.error.kind === 'refused' ? asked.error.error.code : undefined;
};

const REFUSED = 'QUOTA_EXCEEDED';

test.serial('of many at once as many are accepted as fit; what ends gives back, and what is made counts', async (t) => {
  const asked = await Promise.all(
    Array.from({ length: 60 }, (_, n) => ask('scarce', `${n < 5 ? 'refused' : 'good'}-${n}`)),
  );
  const ids = asked.filter((id) => id !== undefined && id !== REFUSED) as string[];
  t.is(ids.length, MAX);
  t.is(asked.filter((id) => id === REFUSED).length, 60 - MAX);
  const requests = await Promise.all(ids.map((id) => untilAtRest(system, id)));
  const failed = requests.filter(({ status }) => status === 'failed');
  const completed = requests.filter(({ status }) => status === 'completed');
  t.deepEqual(await usage('scarce-things'), ['payments', failed.length, completed.length, MAX]);
  const items = [{ schemaVersion: 'catalog/v1' as const, catalogItemId: 'testing-scarce', input: { name: 'more' } }];
  const plan = await getData(system, operations.planRequests, { body: { items } });
  t.like(plan.items[0]?.quota[0], { used: MAX, after: MAX + 1, wouldExceed: true });

  for (const { id } of failed) await getData(system, operations.abortRequest, { params: { id }, body: {} });
  t.deepEqual(await usage('scarce-things'), ['payments', 0, completed.length, MAX]);
  const [gone] = completed;
  if (gone) {
    const body = { requestId: gone.id, reason: 'it was deleted' };
    t.is((await getData(system, operations.releaseQuota, { body })).released.length, 1);
  }
  t.is((await usage('scarce-things'))?.[2], Math.max(0, completed.length - 1));
  const costs = await getData(system, operations.listCosts, { query: { groupBy: 'item' } });
  const { committed, reserved } = costs.find(({ key }) => key === 'testing-scarce') ?? {};
  t.deepEqual([committed ?? 0, reserved ?? 0], [completed.length * 2.5, 0]);
});

test.serial('after kill -9 while many ask, exactly what is stored counts, and exactly the rest is left', async (t) => {
  const asking = Array.from({ length: 40 }, (_, n) => ask('killed', `slow-${n}`));
  while (!target.calls.some(({ body }) => body.includes('"slow-'))) await sleep(1);
  await system.kill();
  const told = (await Promise.all(asking)).filter((id) => id !== undefined && id !== REFUSED);
  system = await start();
  const query = { catalogItemId: 'testing-killed', limit: 200 };
  const stored = await getData(system, operations.listRequests, { query });
  t.true(stored.length <= MAX);
  for (const id of told) t.true(stored.some((request) => request.id === id));
  const [, reserved = 0, committed = 0] = (await usage('killed-things')) ?? [];
  t.is(Number(reserved) + Number(committed), stored.length);

  const more = await Promise.all(Array.from({ length: 40 }, (_, n) => ask('killed', `later-${n}`)));
  t.is(more.filter((id) => id !== REFUSED).length, MAX - stored.length);
  for (const { id } of await getData(system, operations.listRequests, { query })) await untilAtRest(system, id);
  const [, atRest = 0, made = 0] = (await usage('killed-things')) ?? [];
  t.is(Number(atRest) + Number(made), MAX);
  const [another] = await submit(system, [{ item: 'testing-scarce', input: { name: 'another' } }]);
  t.is((await untilAtRest(system, another ?? '')).status, 'completed');
});

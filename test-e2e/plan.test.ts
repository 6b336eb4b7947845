import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { operations, type RequestPlan } from '@pao/contracts';
import test from 'ava';
import { itemDocument } from './harness/item-document.ts';
import { type RestTarget, startRestTarget } from './harness/rest-target.ts';
import { type Standalone, startStandalone, temporaryDirectory } from './harness/standalone.ts';
import { getData, untilAtRest } from './harness/steps.ts';

// From a plan to a request that runs as planned, with conditions, on the real system.

let system: Standalone;
let target: RestTarget;
let directory: { path: string; remove(): Promise<void> };

const action = (id: string, body: string, more = ''): string => `
      - type: rest-api
        id: ${id}
        config:
          endpoint: { url: "http://${target.host}/${id}", method: POST }
          body: { type: json, contentTemplate: '${body}' }
${more}`;

const item = (id: string, version: string, actions: readonly string[]): string =>
  itemDocument({
    id,
    name: 'With conditions',
    description: 'Calls a target as often as its conditions say, which is what the end-to-end test of plans asks for.',
    version,
    fields: ['{ id: size, name: Size, type: number, default: 1, validation: { min: 1, max: 100, integer: true } }'],
    actions,
    rest: ['cost: { currency: EUR, monthly: "2 + current.basic.size * 0.5" }'],
  });

const conditional = (version: string): string =>
  item('conditional', version, [
    action('create', '{"name": "{{.current.name}}"}', '        outputs: { created: body.id }'),
    action('enlarge', '{}', "        when: 'current.basic.size > `10`'\n        outputs: { enlarged: body.id }"),
    action('refuse', '{}', `        when: "output.created == 'nobody'"`),
    action('finish', '{"of": "{{.output.created}}", "size": "{{.output.enlarged | default "small"}}"}'),
  ]);

const broken = (): string =>
  item('broken', '1.0.0', [action('never', '{}', '        when: "length(current.basic.size) > `1`"')]);

const offer = async (file: string, text: string): Promise<void> => {
  const folder = join(directory.path, 'catalog/catalog/testing');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, file), text);
};

test.before(async () => {
  directory = await temporaryDirectory();
  target = await startRestTarget();
  await offer('conditional.yaml', conditional('1.0.0'));
  await offer('broken.yaml', broken());
  system = await startStandalone({
    dataDirectory: join(directory.path, 'data'),
    sharesDatabaseServer: true,
    environment: { PAO_CATALOG: join(directory.path, 'catalog'), PAO_EGRESS_ALLOW: target.host },
  });
});

test.after.always(async () => {
  await system?.kill();
  await target?.close();
  await directory?.remove();
});

const asked = (id: string, size: number) => ({
  schemaVersion: 'catalog/v1' as const,
  catalogItemId: `testing-${id}`,
  input: { name: 'orders', basic: { size } },
});

const planOf = async (id: string, size: number): Promise<RequestPlan> => {
  const { items } = await getData(system, operations.planRequests, { body: { items: [asked(id, size)] } });
  if (!items[0]) throw new Error('nothing was planned');
  return items[0];
};

const pathsSince = (from: number): readonly string[] => target.calls.slice(from).map(({ path }) => path);

test.serial('what a plan showed is what happens, and what its conditions refuse is skipped', async (t) => {
  const plan = await planOf('conditional', 4);
  t.deepEqual(
    plan.tasks.map(({ actionId, runs }) => [actionId, runs]),
    [
      ['create', 'yes'],
      ['enlarge', 'no'],
      ['refuse', 'later'],
      ['finish', 'yes'],
    ],
  );
  t.like(plan.tasks[3]?.payload?.['body'], {
    contentTemplate: '{"of": "‹output created of create›", "size": "small"}',
  });
  t.deepEqual(plan.cost, [{ currency: 'EUR', monthly: 4 }]);
  t.is(target.calls.length, 0);

  const { planDigest } = plan;
  const items = [{ ...asked('conditional', 4), planDigest }];
  const { requests } = await getData(system, operations.submitRequests, { body: { items } });
  const request = await untilAtRest(system, requests[0]?.id ?? '');
  t.is(request.status, 'completed', JSON.stringify(request.failure));
  t.like(request, { planDigest, cost: plan.cost, progress: { completed: 2, skipped: 2, total: 4 } });
  t.deepEqual(
    request.tasks.map(({ status }) => status),
    ['completed', 'skipped', 'skipped', 'completed'],
  );
  t.deepEqual(pathsSince(0), ['/create', '/finish']);
  t.deepEqual(JSON.parse(target.calls[1]?.body ?? ''), { of: 'r-1', size: 'small' });
});

test.serial('a condition that says yes lets its task run', async (t) => {
  const before = target.calls.length;
  const { requests } = await getData(system, operations.submitRequests, {
    body: { items: [asked('conditional', 40)] },
  });
  const request = await untilAtRest(system, requests[0]?.id ?? '');
  t.is(request.status, 'completed', JSON.stringify(request.failure));
  t.deepEqual(pathsSince(before), ['/create', '/enlarge', '/finish']);
});

test.serial(
  'a condition that can’t be evaluated is told by the plan, and stops the request before anything is sent',
  async (t) => {
    const before = target.calls.length;
    t.is((await planOf('broken', 4)).tasks[0]?.runs, 'fails');
    const { requests } = await getData(system, operations.submitRequests, { body: { items: [asked('broken', 4)] } });
    const request = await untilAtRest(system, requests[0]?.id ?? '');
    t.is(request.status, 'failed');
    t.is(request.failure?.code, 'CONDITION_ERROR');
    t.is(target.calls.length, before);
  },
);

test.serial('after the document has changed the old plan is refused, and the new one is accepted', async (t) => {
  const { planDigest } = await planOf('conditional', 4);
  await offer('conditional.yaml', conditional('1.1.0'));
  await system.client.call(operations.refreshCatalog);
  while ((await planOf('conditional', 4)).catalogVersion !== '1.1.0') await sleep(50);
  const submit = (digest: string) =>
    system.client.call(operations.submitRequests, {
      body: { items: [{ ...asked('conditional', 4), planDigest: digest }] },
    });
  const refused = await submit(planDigest);
  if (refused.ok || refused.error.kind !== 'refused') return t.fail(JSON.stringify(refused));
  t.is(refused.error.status, 409);
  t.is(refused.error.error.code, 'PLAN_CHANGED');
  t.regex(refused.error.error.details[0]?.issue ?? '', /testing-conditional 1\.1\.0/);
  return t.true((await submit((await planOf('conditional', 4)).planDigest)).ok);
});

import test from 'ava';
import { aBundle, aLongItem, anAction, anItem } from '../../../test/documents.ts';
import { okValue } from '../../../test/given.ts';
import { aSubmission, createWorld, type World } from '../../../test/memory-world.ts';
import { planRequests } from './plan-requests.ts';

const NO_COSTS = { list: async () => [] };

const plan = (world: World, { items, requester } = aSubmission()) =>
  planRequests({ ...world.dependencies, quotas: world.quotas, costs: NO_COSTS, pools: { read: async () => [] } })({
    items,
    tenantId: 'default',
    requester,
  });

const asking = (id: string, input: object = { name: 'orders' }, kind: 'item' | 'bundle' = 'item') =>
  aSubmission({ items: [{ kind, id, input }] });

const planned = async (world: World, command = aSubmission()) => {
  const [first] = okValue(await plan(world, command)).items;
  if (!first) throw new Error('nothing was planned');
  return first;
};

const priced = (id: string, monthly: string, currency = 'USD') => anItem({ id, rest: { cost: { currency, monthly } } });

test('a plan shows every task with what it would send, and what does not exist yet as such', async (t) => {
  const { tasks, graph, documents, input } = await planned(await createWorld(aLongItem()), asking('database-long'));
  t.deepEqual(
    tasks.map(({ position, actionId, dependsOn, runs }) => [position, actionId, dependsOn, runs]),
    [
      [1, 'first', [], 'yes'],
      [2, 'second', [1], 'yes'],
      [3, 'third', [2], 'yes'],
    ],
  );
  t.deepEqual(tasks[0]?.payload?.['headers'], { 'X-Requested-By': 'dev@example.test' });
  t.like(tasks[2]?.payload?.['body'], {
    contentTemplate: '{"arn": "‹output arn of second›", "at": "‹output endpoint of first›"}',
  });
  t.deepEqual(tasks[1]?.reads, [{ place: '/body/contentTemplate', output: 'endpoint', from: 1 }]);
  t.deepEqual(graph.edges, [
    { from: 1, to: 2, outputs: ['endpoint'] },
    { from: 2, to: 3, outputs: ['arn'] },
    { from: 1, to: 3, outputs: ['endpoint'] },
  ]);
  t.deepEqual(
    documents.map(({ id }) => id),
    ['database-long'],
  );
  t.deepEqual(input, { name: 'orders', basic: { storageGb: 50 } });
});

test('nothing is stored and nothing is sent', async (t) => {
  const world = await createWorld(anItem());
  await planned(world);
  t.deepEqual(world.messages(), []);
  t.deepEqual(await world.reader.list({ tenantId: 'default', limit: 10, sort: '-createdAt' }), []);
});

test('a condition is judged now where it can be, and left open where it can’t', async (t) => {
  const when = [
    'current.basic.storageGb > `10`',
    'current.basic.storageGb > `100`',
    'output.endpoint',
    'length(current.basic.storageGb)',
    "system.user.email == 'dev@example.test'",
    "starts_with(system.date, '2026')",
    'length(keys(@)) > `1`',
  ];
  const actions = when.map((condition, index) => anAction({ id: `a${index}`, when: condition, outputs: {} }));
  const first = anAction({ id: 'first' });
  const { tasks } = await planned(await createWorld(anItem({ actions: [first, ...actions] })));
  t.deepEqual(
    tasks.map(({ runs }) => runs),
    ['yes', 'yes', 'no', 'later', 'fails', 'yes', 'later', 'later'],
  );
  t.is(tasks[2]?.payload, null);
  t.regex(tasks[2]?.reason ?? '', /condition says no/);
});

const body = (template: string) => ({
  endpoint: { url: 'https://platform.example/v1', method: 'POST' },
  body: { type: 'json', contentTemplate: template },
});

test('what is worked out of an output, or stands where a placeholder can’t, is not guessed', async (t) => {
  const header = (value: string) => ({ endpoint: { url: 'https://x.example', method: 'GET' }, headers: { at: value } });
  const configs = [
    body('{"at": "{{.output.endpoint | upper}}"}'),
    body('{"at": "{{#.output.endpoint}}yes{{/.output.endpoint}}"}'),
    header('{{.output.endpoint}}'),
    body('{"at": "{{.output.nobody}}"}'),
    body('{"at": "{{.output.endpoint | default "none"}}", "of": "{{.output.orders.endpoint}}"}'),
  ];
  const readers = configs.map((config, index) => anAction({ id: `r${index}`, outputs: {}, config }));
  const { tasks } = await planned(await createWorld(anItem({ actions: [anAction({ id: 'giver' }), ...readers] })));
  const [, ...rest] = tasks;
  for (const task of rest.slice(0, 4)) t.is(task.payload, null);
  t.regex(rest[0]?.reason ?? '', /works with the output endpoint of task 1, so once it is there/);
  t.regex(rest[1]?.reason ?? '', /once it is there/);
  t.regex(rest[2]?.reason ?? '', /output endpoint of task 1 can't be shown/);
  t.regex(rest[3]?.reason ?? '', /no earlier action gave .output.nobody/);
  t.like(rest[4]?.payload?.['body'], {
    contentTemplate: '{"at": "‹output endpoint of giver›", "of": "‹output orders.endpoint of giver›"}',
  });
});

test('an output of a task that will not run counts as absent', async (t) => {
  const skipped = anAction({ id: 'giver', when: 'current.basic.storageGb > `100`' });
  const reader = anAction({ id: 'reader', config: body('{"at": "{{.output.endpoint | default "none"}}"}') });
  const { tasks } = await planned(await createWorld(anItem({ actions: [skipped, reader] })));
  t.like(tasks[1]?.payload?.['body'], { contentTemplate: '{"at": "none"}' });
});

test('ids and times are samples, and clearly so', async (t) => {
  const config = body('{"id": "{{.system.requestId}}", "at": "{{.system.timestamp}}", "s": "{{.system.uuid}}"}');
  const { tasks } = await planned(await createWorld(anItem({ actions: [anAction({ config })] })));
  const sent = JSON.stringify(tasks[0]?.payload).replaceAll('\\', '');
  t.regex(sent, /"id": "00000000-0000-7000-8000-0{11}\d", "at": "2000-01-01/);
});

test('secrets are covered in input and payload', async (t) => {
  const fields = [{ id: 'password', name: 'Password', type: 'password', required: true }] as const;
  const config = body('{"password": "{{.current.basic.password}}"}');
  const world = await createWorld(anItem({ fields, actions: [anAction({ config })] }));
  const command = asking('database-standard', { name: 'orders', basic: { password: 'hunter2-hunter2' } });
  const text = JSON.stringify(okValue(await plan(world, command)));
  t.false(text.includes('hunter2'));
  t.true(text.includes('••••'));
});

test('costs are worked out of the input, for each item and in total by currency', async (t) => {
  const world = await createWorld(
    priced('small', '12.5 + current.basic.storageGb * 0.115'),
    priced('other', '7', 'EUR'),
    anItem({ id: 'free' }),
    aBundle(['small', 'other', 'free'].map((catalogItem) => ({ id: `c-${catalogItem}`, catalogItem, dependsOn: [] }))),
  );
  const items = [
    { kind: 'item' as const, id: 'small', input: { name: 'orders', basic: { storageGb: 100 } } },
    { kind: 'bundle' as const, id: 'bundle-webapp', input: { name: 'orders' } },
  ];
  const { items: plans, cost } = okValue(await plan(world, aSubmission({ items })));
  t.deepEqual(plans[0]?.cost, [{ currency: 'USD', monthly: 24 }]);
  t.deepEqual(plans[1]?.cost, [
    { currency: 'EUR', monthly: 7 },
    { currency: 'USD', monthly: 18.25 },
  ]);
  t.deepEqual(plans[1]?.unpriced, [{ catalogId: 'free', reason: 'the document gives no cost' }]);
  t.deepEqual(cost, [
    { currency: 'EUR', monthly: 7 },
    { currency: 'USD', monthly: 42.25 },
  ]);
});

test('what stands in the way of a request is told, and the plan is made all the same', async (t) => {
  const world = await createWorld(anItem({ rest: { policy: { environments: ['dev', 'prod'] } } }));
  const { obstacles, tasks } = await planned(world);
  t.is(obstacles.length, 1);
  t.regex(obstacles[0] ?? '', /environments/);
  t.is(tasks.length, 1);
});

test('what can’t be planned is refused as a submission would be', async (t) => {
  const world = await createWorld(anItem());
  for (const command of [asking('nothing-here'), asking('database-standard', { name: 5 })])
    t.deepEqual(await plan(world, command), (await world.submit(command)) as never);
});

test('a plan is made of the catalog as it is now', async (t) => {
  const world = await createWorld(anItem());
  const before = await planned(world);
  await world.offer(anItem({ version: '2.0.0' }));
  world.pass(1_001);
  const after = await planned(world);
  t.deepEqual([before.catalogVersion, after.catalogVersion], ['1.0.0', '2.0.0']);
  t.not(before.planDigest, after.planDigest);
});

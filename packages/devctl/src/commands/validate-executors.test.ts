import { join } from 'node:path';
import test from 'ava';
import { folderOf, itemText, runOffline, write } from '../catalog-files/catalog.fixture.ts';

const ITEM = 'catalog/databases/redis.yaml';
const POOLS = [
  {
    ...{ pool: 'dns', silent: false, lastSeenAt: null, hasQueue: true, instances: [], queued: 0 },
    actionTypes: [
      {
        ...{ type: 'dns-record', version: '1.0.0', summary: '', idempotency: 'none', outputs: [], secretMembers: [] },
        ...{ canRollBack: false, configSchema: { type: 'object', required: ['name'] } },
      },
    ],
  },
];

const withAction = (action: string): string =>
  itemText().replace(/\{ type: jira-ticket, config: .* \} \}\]/, `{ ${action} }]`);

test('documents are judged by what executors announced, as a file keeps it; without one only the type is unknown', async (t) => {
  const wrong = withAction('type: dns-record, executor: dns, config: { nam: x }');
  t.true(wrong.includes('dns-record'));
  const folder = await folderOf(t, { [ITEM]: wrong });
  const pools = join(await folderOf(t, { 'pools.json': JSON.stringify(POOLS) }), 'pools.json');
  const offline = await runOffline(['validate', folder]);
  t.is(offline.code, 0, offline.out);
  t.regex(offline.out, /warning ACTION_TYPE_UNKNOWN/);
  const judged = await runOffline(['validate', '--executors', pools, folder]);
  t.is(judged.code, 1);
  t.regex(judged.out, /error ACTION_CONFIG_INVALID .*has no `name`/);
  await write(folder, { [ITEM]: withAction('type: dns-record, executor: dns, config: { name: x }') });
  t.is((await runOffline(['validate', '--strict', '--executors', pools, folder])).code, 0);
});

test('a file that is something else is said to be', async (t) => {
  const folder = await folderOf(t, { [ITEM]: itemText(), 'x.json': '[{"pool": 1}]', 'y.json': '[' });
  const shape = await runOffline(['validate', '--executors', join(folder, 'x.json'), folder]);
  t.is(shape.code, 2);
  t.regex(shape.error, /x\.json is not what devctl executors --output json prints: 0\.pool /);
  t.is((await runOffline(['validate', '--executors', join(folder, 'y.json'), folder])).code, 2);
  t.is((await runOffline(['validate', '--executors', join(folder, 'z.json'), folder])).code, 2);
});

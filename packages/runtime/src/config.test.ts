import test from 'ava';
import { z } from 'zod';
import {
  booleanSetting,
  ConfigError,
  environmentTable,
  integerSetting,
  jsonSetting,
  listSetting,
  loadConfig,
  logLevelSetting,
  portSetting,
  urlSetting,
} from './index.ts';

const schema = z.object({
  PAO_PORT: portSetting().default(8080).meta({ description: 'Port to listen on' }),
  PAO_URL: urlSetting().meta({ description: 'Where the service is' }),
  PAO_FLAG: booleanSetting().default(false),
  PAO_HOSTS: listSetting(),
  PAO_KEYS: jsonSetting(z.array(z.strictObject({ name: z.string() }))).optional(),
  PAO_LOG_LEVEL: logLevelSetting(),
});

test('a configuration has values of the right types, defaults for what is absent, and nothing else of the environment', (t) => {
  const config = loadConfig(schema, {
    HOME: '/root',
    PAO_PORT: '9000',
    PAO_URL: 'http://127.0.0.1:1/',
    PAO_FLAG: 'yes',
    PAO_HOSTS: 'a, b,,',
    PAO_KEYS: '[{"name":"ci"}]',
  });
  t.deepEqual(config, {
    PAO_PORT: 9000,
    PAO_URL: 'http://127.0.0.1:1',
    PAO_FLAG: true,
    PAO_HOSTS: ['a', 'b'],
    PAO_KEYS: [{ name: 'ci' }],
    PAO_LOG_LEVEL: 'info',
  });
});

test('an empty variable counts as absent', (t) => {
  const config = loadConfig(schema, { PAO_PORT: '', PAO_URL: 'https://x.test' });
  t.is(config.PAO_PORT, 8080);
});

test('a configuration is frozen, also inside', (t) => {
  const config = loadConfig(schema, { PAO_URL: 'https://x.test', PAO_KEYS: '[{"name":"ci"}]' });
  t.true(Object.isFrozen(config));
  t.true(Object.isFrozen(config.PAO_KEYS?.[0]));
});

test('one error names every variable that is wrong, where in it, and what it is for', (t) => {
  const error = t.throws(() => loadConfig(schema, { PAO_PORT: '99999', PAO_KEYS: '[{"name":1}]' }), {
    instanceOf: ConfigError,
  });
  t.deepEqual(
    error.problems.map(({ variable }) => variable),
    ['PAO_PORT', 'PAO_URL', 'PAO_KEYS[0].name'],
  );
  t.true(error.message.includes('PAO_URL: is missing (Where the service is)'));
  t.true(error.message.includes('(Port to listen on)'));
});

test('an error never shows the value it is about', (t) => {
  const secret = 'hunter2-canary';
  const error = t.throws(() =>
    loadConfig(schema, {
      PAO_PORT: secret,
      PAO_URL: secret,
      PAO_FLAG: secret,
      PAO_KEYS: `{${secret}`,
      PAO_LOG_LEVEL: secret,
    }),
  );
  t.false(error.message.includes(secret));
  t.true(error.message.includes('PAO_KEYS: is not valid JSON'));
});

test('an address must be http or https, without query or fragment', (t) => {
  for (const PAO_URL of ['ftp://x.test', 'x.test', 'http://x.test/?a', 'http://x.test/#a']) {
    t.throws(() => loadConfig(schema, { PAO_URL }), { instanceOf: ConfigError }, PAO_URL);
  }
});

test('the table of an environment has each variable with its default and its meaning', (t) => {
  const table = environmentTable(
    z.object({
      PAO_A: integerSetting({ min: 0 }).default(3).meta({ description: 'One | two' }),
      PAO_B: z.string().meta({ description: 'Needed' }),
      PAO_C: z.string().optional(),
    }),
  );
  t.deepEqual(table.split('\n').slice(2), [
    '| `PAO_A` | `3` | One \\| two |',
    '| `PAO_B` | required | Needed |',
    '| `PAO_C` |  |  |',
  ]);
});

test('the table of a transformed schema is that of its variables', (t) => {
  t.true(environmentTable(schema.transform(() => ({}))).includes('| `PAO_PORT` | `8080` | Port to listen on |'));
});

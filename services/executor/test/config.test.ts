import { readFile } from 'node:fs/promises';
import { ConfigError, environmentTable } from '@pao/runtime';
import test from 'ava';
import { readConfig, settingsSchema } from '../src/config.ts';

const DATABASE_URL = 'postgres://pao@localhost/pao';

/** The formatter pads the columns of tables. */
const unpadded = (markdown: string): string => markdown.replaceAll(/ +/g, ' ').replaceAll(/-{3,}/g, '---');

test('the README lists the settings as they are', async (t) => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const table = environmentTable(settingsSchema);
  t.true(unpadded(readme).includes(unpadded(table)), `expected:\n${table}`);
  t.true(readme.split('\n').filter((line) => !line.startsWith('|')).length <= 50);
});

test('a database is all that must be named', (t) => {
  const { pool, owner, egress, jira } = readConfig({ DATABASE_URL });
  t.is(pool, 'default');
  t.false(owner.exclusive);
  t.deepEqual(egress, { allow: [], map: [] });
  t.deepEqual(jira, []);
});

test('a named instance is taken for the only one of its name, and each start is told apart', (t) => {
  const [one, two] = [0, 1].map(() => readConfig({ DATABASE_URL, PAO_EXECUTOR_INSTANCE: 'eu-1' }).owner);
  t.like(one, { instance: 'eu-1', exclusive: true });
  t.not(one?.bootId, two?.bootId);
});

test('places to call are read as URLs write them', (t) => {
  const { egress } = readConfig({
    DATABASE_URL,
    PAO_EGRESS_ALLOW: 'Sandbox:8081, [::1]:80',
    PAO_EGRESS_MAP: 'platform.sandbox.test:80=127.0.0.1:8081',
  });
  t.deepEqual(egress.allow, ['sandbox:8081', '[::1]:80']);
  t.deepEqual(egress.map, [['platform.sandbox.test:80', { hostname: '127.0.0.1', port: 8081 }]]);
});

test('what makes no sense is named', (t) => {
  const wrong: readonly (readonly [NodeJS.ProcessEnv, string])[] = [
    [{ DATABASE_URL: 'mysql://x' }, 'DATABASE_URL'],
    [{ DATABASE_URL, PAO_EGRESS_ALLOW: 'http://a:80' }, 'PAO_EGRESS_ALLOW'],
    [{ DATABASE_URL, PAO_EGRESS_MAP: 'a:80' }, 'PAO_EGRESS_MAP'],
    [
      { DATABASE_URL, PAO_JIRA_URL: 'https://example.atlassian.net', PAO_JIRA_EMAIL: 'a@example.test' },
      'PAO_JIRA_API_TOKEN',
    ],
    [{ DATABASE_URL, PAO_EXECUTOR_POOL: 'Not Kebab' }, 'PAO_EXECUTOR_POOL'],
  ];
  for (const [variables, name] of wrong) {
    const error = t.throws(() => readConfig(variables), { instanceOf: ConfigError });
    t.true(
      error?.problems.some(({ variable }) => variable.startsWith(name)),
      `${name}: ${error?.message}`,
    );
  }
});

test('documents can name what has the prefix, and nothing else', (t) => {
  const { secrets } = readConfig({ DATABASE_URL, PAO_SECRET_TOKEN: 's', PAO_JIRA_API_TOKEN: 'j' });
  t.deepEqual([...secrets], [['TOKEN', 's']]);
});

import test from 'ava';
import { Client } from 'pg';
import { databaseText } from './contents.ts';
import { testDatabase } from './database.ts';

const THINGS = { schema: 'things', migrations: new URL('fixtures/migrations/', import.meta.url) };

const query = async (url: string, text: string): Promise<readonly unknown[]> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
};

test('each call gives a database of its own, with the migrations applied', async (t) => {
  const [one, two] = await Promise.all([testDatabase(THINGS), testDatabase(THINGS)]);
  t.not(one, two);
  await query(one, "INSERT INTO things.thing VALUES ('only here')");
  t.deepEqual(await query(one, 'SELECT name FROM things.thing'), [{ name: 'only here' }]);
  t.deepEqual(await query(two, 'SELECT name FROM things.thing'), []);
});

test('all that a database holds can be had as text', async (t) => {
  const url = await testDatabase(THINGS);
  await query(url, "INSERT INTO things.thing VALUES ('only here')");
  t.regex(await databaseText(url), /^things\.thing .*only here/m);
});

test('a database may have several schemas, or none', async (t) => {
  const schemas = "SELECT count(*)::int AS n FROM pg_namespace WHERE nspname IN ('things', 'others')";
  const both = await testDatabase(THINGS, { ...THINGS, schema: 'others' });
  t.deepEqual(await query(both, schemas), [{ n: 2 }]);
  t.deepEqual(await query(await testDatabase(), schemas), [{ n: 0 }]);
});

test('migrations that fail are reported to the test that asked', async (t) => {
  const broken = { schema: 'things', migrations: new URL('fixtures/none/', import.meta.url) };
  await t.throwsAsync(testDatabase(broken), { message: /none/s });
});

import test from 'ava';
import { removeOldAnswers } from '../src/adapters/postgres/answers.ts';
import { closeStores, openStores } from './stores.ts';

test.after.always(closeStores);

test('answers are forgotten when their time is over, and not before', async (t) => {
  const { database } = await openStores();
  await database.query({
    text: `INSERT INTO answers (tenant_id, principal, route, key, fingerprint, status, body, created_at)
      SELECT 't', 'p', 'r', n::text, 'f', 202, '{}', now() - make_interval(hours => n) FROM generate_series(1, 60) n`,
  });
  t.is(await removeOldAnswers(database, 48), 13);
  t.is(await removeOldAnswers(database, 48), 0);
  const rows = await database.query({ text: 'SELECT 1 FROM answers' });
  t.is(rows.length, 47);
});

import { DatabaseError } from '@pao/postgres';
import test from 'ava';
import { anItem, aPublication } from './documents.ts';
import { AT, aRequest, aTask, uuid } from './given.ts';
import { submission } from './request-store.contract.ts';
import { closeStores, openStores } from './stores.ts';

test.after.always(closeStores);

const request = (n: number, name = 'orders') => ({
  ...aRequest([aTask({ id: uuid(n + 1), status: 'queued', queuedAt: AT })]),
  id: uuid(n + 2),
  submissionId: uuid(n + 3),
  name,
});

test('a submission that the database refuses fails alone, although it shared a statement', async (t) => {
  const { store, catalog, messageIds } = await openStores();
  await catalog.publish(aPublication(anItem()));
  const requests = [request(100), request(200, 'not\0storable'), request(300)];
  const settled = await Promise.allSettled(requests.map((one) => store.submit(submission([one]))));
  t.deepEqual(
    settled.map((one) => (one.status === 'fulfilled' ? one.value : one.reason instanceof DatabaseError)),
    ['stored', true, 'stored'],
  );
  t.is((await messageIds()).length, 2);
});

test('a thousand submissions at once are all stored', async (t) => {
  const { store, catalog, database } = await openStores();
  await catalog.publish(aPublication(anItem()));
  const requests = Array.from({ length: 1_000 }, (_, n) => request(10_000 + n * 10));
  const outcomes = await Promise.all(requests.map((one) => store.submit(submission([one]))));
  t.deepEqual([...new Set(outcomes)], ['stored']);
  const [row] = await database.query<{ count: number }>({ text: 'SELECT count(*) AS count FROM request_states' });
  t.is(row?.count, 1_000);
});

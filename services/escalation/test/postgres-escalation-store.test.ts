import { openDatabase } from '@pao/postgres';
import { testDatabase } from '@pao/testkit';
import test, { type ExecutionContext } from 'ava';
import { createPostgresEscalationStore } from '../src/adapters/postgres/postgres-escalation-store.ts';
import { escalationStoreContract } from './escalation-store.contract.ts';
import { at, newId, requestStopped, stoppedAgain } from './given.ts';

const migrations = new URL('../migrations/', import.meta.url);

const open = async (t: ExecutionContext) => {
  const url = await testDatabase({ schema: 'pao_escalation', migrations });
  const database = openDatabase({ url, schema: 'pao_escalation', applicationName: 'escalation-test' });
  t.teardown(() => database.close());
  return { database, store: createPostgresEscalationStore(database) };
};

escalationStoreContract(test, async (t) => (await open(t)).store);

test('many stops of one request at once leave one open escalation', async (t) => {
  const { store } = await open(t);
  const first = requestStopped();
  const stops = Array.from({ length: 20 }, (_, index) => ({
    ...stoppedAgain(first, at(index)),
    task: { ...first.task, generation: index + 1 },
  }));
  // A collision of two is a refused statement, and comes again as a redelivery does.
  const deliver = async (stopped: (typeof stops)[number]): Promise<void> => {
    try {
      await store.open(newId(), newId(), stopped);
    } catch (error) {
      if (!(error instanceof Error && error.message.includes('escalations_one_open'))) throw error;
      await deliver(stopped);
    }
  };
  await Promise.all(stops.map(deliver));
  const all = await store.list({ tenantId: 'default', limit: 50 });
  t.is(all.length, 20);
  t.deepEqual(
    all.filter(({ status }) => status === 'open').map(({ failedAt }) => failedAt),
    [at(19)],
  );
});

test('an event is handled once', async (t) => {
  const { store, database } = await open(t);
  const eventId = newId();
  await store.open(eventId, newId(), requestStopped());
  await store.open(eventId, newId(), requestStopped());
  const [row] = await database.query<{ escalations: number; inbox: number }>({
    text: 'SELECT (SELECT count(*) FROM escalations) AS escalations, (SELECT count(*) FROM inbox) AS inbox',
  });
  t.deepEqual(row, { escalations: 1, inbox: 1 });
});

import { openDatabase } from '@pao/postgres';
import { testDatabase } from '@pao/testkit';
import test, { type ExecutionContext } from 'ava';
import { createIncidentMessage } from '../src/adapters/bus/incident-message.ts';
import { createGroupStop } from '../src/adapters/postgres/group-stop.ts';
import { createPostgresEscalationStore } from '../src/adapters/postgres/postgres-escalation-store.ts';
import { createPostgresIncidentStore } from '../src/adapters/postgres/postgres-incident-store.ts';
import { newId, requestStopped } from './given.ts';
import { type IncidentWorld, incidentStoreContract, WINDOW_SECONDS } from './incident-store.contract.ts';

const migrations = new URL('../migrations/', import.meta.url);

const open = async (t: ExecutionContext): Promise<IncidentWorld> => {
  const url = await testDatabase({ schema: 'pao_escalation', migrations });
  const database = openDatabase({ url, schema: 'pao_escalation', applicationName: 'incident-test' });
  t.teardown(() => database.close());
  const windowMs = WINDOW_SECONDS * 1_000;
  const group = createGroupStop({ newId, windowMs, message: createIncidentMessage(newId) });
  return {
    escalations: createPostgresEscalationStore(database, { group, committed: () => {} }),
    incidents: createPostgresIncidentStore(database),
    told: async () => {
      const rows = await database.query<{ id: string }>({
        text: 'SELECT group_id AS id FROM outbox ORDER BY position',
      });
      return rows.map(({ id }) => id);
    },
  };
};

incidentStoreContract(test, open);

test('stops of many requests at the same moment make one incident that counts them all, told once', async (t) => {
  const { escalations, incidents, told } = await open(t);
  await Promise.all(Array.from({ length: 40 }, () => escalations.open(newId(), newId(), requestStopped())));
  const all = await incidents.list({ tenantId: 'default', limit: 50 });
  t.is(all.length, 1);
  t.like(all[0], { stops: 40, requests: 40, waiting: 40 });
  t.is((await told()).length, 1);
});

test('stops and closings at the same moment lose no stop and leave at most one open', async (t) => {
  const { escalations, incidents } = await open(t);
  const stop = () => escalations.open(newId(), newId(), requestStopped({ failedAt: new Date() }));
  await Promise.all([stop(), stop()]);
  const closeAll = async (): Promise<void> => {
    for (const { id } of await incidents.list({ tenantId: 'default', limit: 50, status: 'open' }))
      await incidents.close({ tenantId: 'default', id, by: 'op@example.test', reason: 'mended' });
  };
  await Promise.all(Array.from({ length: 30 }, (_, index) => (index % 5 === 0 ? closeAll() : stop())));
  await Promise.all([stop(), stop()]);
  const all = await incidents.list({ tenantId: 'default', limit: 50 });
  t.true(all.filter(({ status }) => status === 'open').length <= 1);
  for (const { stops, requests } of all) t.is(stops, requests);
});

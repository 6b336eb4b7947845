import { openDatabase } from '@pao/postgres';
import { testDatabase } from '@pao/testkit';
import test from 'ava';
import { createHandoverMessages } from '../src/adapters/bus/handover-messages.ts';
import { createPostgresHandoverStore } from '../src/adapters/postgres/postgres-handover-store.ts';
import type { HandoverEvent } from '../src/core/domain/tickets/handover.ts';
import { newId } from './given.ts';
import { handoverStoreContract } from './handover-store.contract.ts';

const migrations = new URL('../migrations/', import.meta.url);

handoverStoreContract(test, async (t) => {
  const url = await testDatabase({ schema: 'pao_escalation', migrations });
  const database = openDatabase({ url, schema: 'pao_escalation', applicationName: 'escalation-test' });
  t.teardown(() => database.close());
  const store = createPostgresHandoverStore(database, {
    messages: createHandoverMessages(newId),
    committed: () => undefined,
  });
  const told = async (): Promise<readonly HandoverEvent['kind'][]> => {
    const rows = await database.query<{ type: string }>({ text: 'SELECT type FROM outbox ORDER BY position' });
    return rows.map(({ type }) => type.replace(/\.v\d+$/, '') as HandoverEvent['kind']);
  };
  return { store, told };
});

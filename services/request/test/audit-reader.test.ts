import test from 'ava';
import { auditReaderContract } from './audit-reader.contract.ts';
import { closeStores, openMemoryStores, openStores } from './stores.ts';

auditReaderContract(test, 'memory', async () => openMemoryStores());

auditReaderContract(test, 'postgres', () => openStores());

test.after.always(closeStores);

test('no moment counts as settled that a transaction under way may still write before', async (t) => {
  const { database, auditReader } = await openStores();
  await database.transaction(async (tx) => {
    const [began] = await tx.query<{ at: Date }>({ text: 'SELECT now() AS at' });
    t.true((await auditReader.settledUntil()) <= (began?.at ?? new Date(0)));
  });
});

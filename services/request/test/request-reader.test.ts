import { readFile } from 'node:fs/promises';
import test from 'ava';
import { requestReaderContract } from './request-reader.contract.ts';
import { closeStores, openMemoryStores, openStores } from './stores.ts';

requestReaderContract(test, 'memory', async () => openMemoryStores());

requestReaderContract(test, 'postgres', () => openStores());

requestReaderContract(test, 'postgres without pg_trgm', async () => {
  const stores = await openStores();
  await stores.database.query({ text: 'DROP EXTENSION pg_trgm CASCADE' });
  return stores;
});

test.after.always(closeStores);

test('where pg_trgm may not be created the migration goes on without it', async (t) => {
  const { database } = await openStores();
  const file = await readFile(new URL('../migrations/0005-reading.sql', import.meta.url), 'utf8');
  const [block] = /^DO \$\$.*?^\$\$;/ms.exec(file) ?? [];
  await database.query({ text: 'DROP EXTENSION pg_trgm CASCADE' });
  await database.transaction(async (tx) => {
    // A role that may create tables in this schema, and no extension.
    await tx.query({ text: 'GRANT USAGE, CREATE ON SCHEMA pao_request TO pg_monitor' });
    await tx.query({ text: 'SET LOCAL ROLE pg_monitor' });
    await tx.query({ text: block ?? '' });
  });
  t.false((await indexes(database)).includes('requests_by_name'));
  await database.query({ text: block ?? '' });
  t.true((await indexes(database)).includes('requests_by_name'));
});

const indexes = async ({ query }: Awaited<ReturnType<typeof openStores>>['database']): Promise<readonly string[]> => {
  const rows = await query<{ name: string }>({
    text: "SELECT indexname AS name FROM pg_indexes WHERE tablename = 'requests'",
  });
  return rows.map(({ name }) => name);
};

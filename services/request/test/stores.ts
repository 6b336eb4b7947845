import { type Database, openDatabase } from '@pao/postgres';
import { testDatabase } from '@pao/testkit';
import { createPostgresCatalogStore } from '../src/adapters/postgres/catalog-store.ts';
import { createPostgresOverdueTasks } from '../src/adapters/postgres/overdue-tasks.ts';
import { createPostgresRequestReader } from '../src/adapters/postgres/request-reader.ts';
import { createPostgresRequestStore } from '../src/adapters/postgres/request-store.ts';

export const SCHEMA = { schema: 'request', migrations: new URL('../migrations/', import.meta.url) };

/** A database of the test file's own, with the adapters on it. */
export const openStores = async () => {
  const url = await testDatabase(SCHEMA);
  const database: Database = openDatabase({ url, schema: SCHEMA.schema, applicationName: 'test', maxConnections: 8 });
  return {
    url,
    database,
    store: createPostgresRequestStore(database),
    reader: createPostgresRequestReader(database),
    overdue: createPostgresOverdueTasks(database),
    catalog: createPostgresCatalogStore(database),
    messageIds: async () => {
      const rows = await database.query<{ event_id: string }>({
        text: 'SELECT event_id FROM outbox ORDER BY position',
      });
      return rows.map(({ event_id }) => event_id);
    },
  };
};

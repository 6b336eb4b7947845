import { type Database, openDatabase } from '@pao/postgres';
import { testDatabase } from '@pao/testkit';
import { createMemoryCatalogStore } from '../src/adapters/memory/catalog-store.ts';
import { createMemoryRequests } from '../src/adapters/memory/request-store.ts';
import { createPostgresApprovals } from '../src/adapters/postgres/approvals.ts';
import { createPostgresAuditReader } from '../src/adapters/postgres/audit-reader.ts';
import { createPostgresCatalogStore } from '../src/adapters/postgres/catalog-store.ts';
import { createPostgresCostTotals } from '../src/adapters/postgres/cost-totals.ts';
import { createPostgresOverdueTasks } from '../src/adapters/postgres/overdue-tasks.ts';
import { createPostgresQuotas } from '../src/adapters/postgres/quotas.ts';
import { createPostgresRequestReader } from '../src/adapters/postgres/request-reader.ts';
import { createPostgresRequestStore } from '../src/adapters/postgres/request-store.ts';

const SCHEMA = { schema: 'pao_request', migrations: new URL('../migrations/', import.meta.url) };

const opened: Database[] = [];

/** Closes what the test file has opened. */
export const closeStores = async (): Promise<void> => {
  await Promise.all(opened.map((database) => database.close()));
};

/** An empty database with the adapters on it; see `closeStores`. */
export const openStores = async ({ maxConnections = 8 } = {}) => {
  const url = await testDatabase(SCHEMA);
  const database = openDatabase({ url, schema: SCHEMA.schema, applicationName: 'test', maxConnections });
  opened.push(database);
  return {
    url,
    database,
    store: createPostgresRequestStore(database),
    reader: createPostgresRequestReader(database),
    auditReader: createPostgresAuditReader(database),
    overdue: createPostgresOverdueTasks(database),
    approvals: createPostgresApprovals(database),
    quotas: createPostgresQuotas(database),
    costs: createPostgresCostTotals(database),
    catalog: createPostgresCatalogStore(database),
    messageIds: async () => {
      const rows = await database.query<{ event_id: string }>({
        text: 'SELECT event_id FROM outbox ORDER BY position',
      });
      return rows.map(({ event_id }) => event_id);
    },
    publishAll: async () => void (await database.query({ text: 'DELETE FROM outbox' })),
  };
};

export const openMemoryStores = () => {
  const catalog = createMemoryCatalogStore();
  const requests = createMemoryRequests(catalog);
  return {
    ...requests,
    catalog,
    messageIds: async () => requests.messages().map(({ id }) => id),
    publishAll: async () => void requests.takeMessages(),
  };
};

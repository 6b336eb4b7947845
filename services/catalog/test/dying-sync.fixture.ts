import { openDatabase } from '@pao/postgres';
import { createPostgresCatalogStore } from '../src/adapters/postgres/postgres-catalog-store.ts';
import { checkedDocument, newId, outcomeOf } from './documents.ts';

// A process that has written a whole sync and dies before it commits: its parent kills it once it says so.
const database = openDatabase({
  url: process.argv[2] ?? '',
  schema: 'pao_catalog',
  applicationName: 'dying-sync',
});
const store = createPostgresCatalogStore({ database, now: () => new Date(), newId, onMessages: () => undefined });
await store.exclusively(async (session) => {
  const publish = ['a', 'b'].map((id, index) => ({ document: checkedDocument(id, {}, 'never'), revision: index + 2 }));
  await session.finish(outcomeOf({ publish, revision: 3, documents: 2 }));
  process.stdout.write('written\n');
  await new Promise((resolve) => setTimeout(resolve, 600_000));
});

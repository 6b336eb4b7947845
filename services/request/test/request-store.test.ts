import test from 'ava';
import { createMemoryCatalogStore } from '../src/adapters/memory/catalog-store.ts';
import { createMemoryRequests } from '../src/adapters/memory/request-store.ts';
import { requestStoreContract } from './request-store.contract.ts';
import { openStores } from './stores.ts';

requestStoreContract(test, 'memory', async () => {
  const catalog = createMemoryCatalogStore();
  const requests = createMemoryRequests(catalog);
  let taken: readonly string[] = [];
  return {
    ...requests,
    catalog,
    messageIds: async () => {
      taken = [...taken, ...requests.takeMessages().map(({ id }) => id)];
      return taken;
    },
  };
});

requestStoreContract(test, 'postgres', async () => openStores());

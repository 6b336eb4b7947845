import test from 'ava';
import { createMemoryCatalogStore } from '../src/adapters/memory/memory-catalog-store.ts';
import { catalogStoreContract } from './catalog-store.contract.ts';
import { newId } from './documents.ts';

catalogStoreContract(test, async () => {
  const store = createMemoryCatalogStore({ now: () => new Date(), newId });
  return { store, sent: async () => store.sent.map(({ type, groupId }) => `${type} ${groupId}`) };
});

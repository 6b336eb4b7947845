import test from 'ava';
import { createMemoryHandoverStore } from '../src/adapters/memory/memory-handover-store.ts';
import { handoverStoreContract } from './handover-store.contract.ts';

handoverStoreContract(test, async () => {
  const store = createMemoryHandoverStore(() => new Date());
  return { store, told: async () => store.told.map(({ kind }) => kind) };
});

import test from 'ava';
import { createMemoryCatalogStore } from '../src/adapters/memory/catalog-store.ts';
import { catalogStoreContract } from './catalog-store.contract.ts';
import { closeStores, openStores } from './stores.ts';

catalogStoreContract(test, 'memory', async () => createMemoryCatalogStore());

catalogStoreContract(test.serial as typeof test, 'postgres', async () => (await openStores()).catalog);

test.after.always(closeStores);

import test from 'ava';
import { requestStoreContract } from './request-store.contract.ts';
import { closeStores, openMemoryStores, openStores } from './stores.ts';

requestStoreContract(test, 'memory', async () => openMemoryStores());

requestStoreContract(test, 'postgres', () => openStores());

test.after.always(closeStores);

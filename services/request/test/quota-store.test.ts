import test from 'ava';
import { quotaStoreContract } from './quota-store.contract.ts';
import { closeStores, openMemoryStores, openStores } from './stores.ts';

quotaStoreContract(test, 'memory', async () => openMemoryStores());

quotaStoreContract(test, 'postgres', () => openStores());

test.after.always(closeStores);

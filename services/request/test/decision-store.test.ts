import test from 'ava';
import { decisionStoreContract } from './decision-store.contract.ts';
import { closeStores, openMemoryStores, openStores } from './stores.ts';

decisionStoreContract(test, 'memory', async () => openMemoryStores());

decisionStoreContract(test, 'postgres', () => openStores());

test.after.always(closeStores);

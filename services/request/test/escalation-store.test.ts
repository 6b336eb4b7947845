import test from 'ava';
import { escalationStoreContract } from './escalation-store.contract.ts';
import { closeStores, openMemoryStores, openStores } from './stores.ts';

escalationStoreContract(test, 'memory', async () => openMemoryStores());

escalationStoreContract(test.serial as typeof test, 'postgres', () => openStores());

test.after.always(closeStores);

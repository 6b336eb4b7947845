import test from 'ava';
import { approvalStoreContract } from './approval-store.contract.ts';
import { closeStores, openMemoryStores, openStores } from './stores.ts';

approvalStoreContract(test, 'memory', async () => openMemoryStores());

approvalStoreContract(test, 'postgres', () => openStores());

test.after.always(closeStores);

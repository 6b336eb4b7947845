import test from 'ava';
import { requestReaderContract } from './request-reader.contract.ts';
import { closeStores, openMemoryStores, openStores } from './stores.ts';

requestReaderContract(test, 'memory', async () => openMemoryStores());

requestReaderContract(test, 'postgres', () => openStores());

test.after.always(closeStores);

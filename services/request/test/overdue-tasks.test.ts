import test from 'ava';
import { anItem, aPublication } from './documents.ts';
import { overdueTasksContract } from './overdue-tasks.contract.ts';
import { closeStores, openMemoryStores, openStores } from './stores.ts';

overdueTasksContract(test, 'memory', async () => {
  const stores = openMemoryStores();
  await stores.catalog.publish(aPublication(anItem()));
  return stores;
});

overdueTasksContract(test.serial as typeof test, 'postgres', async () => {
  const stores = await openStores();
  await stores.catalog.publish(aPublication(anItem()));
  return stores;
});

test.after.always(closeStores);

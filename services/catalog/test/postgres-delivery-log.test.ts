import { openDatabase } from '@pao/postgres';
import { testDatabase } from '@pao/testkit';
import test from 'ava';
import { createPostgresDeliveryLog } from '../src/adapters/postgres/postgres-delivery-log.ts';
import { deliveryLogContract } from './delivery-log.contract.ts';

const migrations = new URL('../migrations/', import.meta.url);

deliveryLogContract(test, async (t) => {
  const url = await testDatabase({ schema: 'pao_catalog', migrations });
  const database = openDatabase({ url, schema: 'pao_catalog', applicationName: 'catalog-test' });
  t.teardown(() => database.close());
  return createPostgresDeliveryLog(database);
});

import test from 'ava';
import { createMemoryDeliveryLog } from '../src/adapters/memory/memory-delivery-log.ts';
import { deliveryLogContract } from './delivery-log.contract.ts';

deliveryLogContract(test, async () => createMemoryDeliveryLog());

import test from 'ava';
import { createMemoryBus } from '../src/index.ts';
import { busContract } from './bus.contract.ts';

busContract(test, async (topology) => {
  const bus = createMemoryBus(topology);
  return { bus, close: () => bus.close() };
});

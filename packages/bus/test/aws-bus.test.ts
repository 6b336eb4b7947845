import test from 'ava';
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { TransientError } from '@pao/kernel';
import { createAwsBus, createTopology, ensureTopology } from '../src/index.ts';
import { busContract, outgoing } from './bus.contract.ts';

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const region = 'eu-central-1';
let server: FauxqsServer;

test.before(async () => {
  server = await startFauxqs({ port: 0, logger: false, defaultRegion: region });
});
test.after.always(() => server.stop());

busContract(test, async (topology) => {
  const connection = { endpoint: server.address, region, credentials };
  await ensureTopology(connection, topology);
  const bus = createAwsBus({ ...connection, topology });
  return { bus, close: () => bus.close() };
});

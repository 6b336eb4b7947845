import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { busContract } from '../../test/bus.contract.ts';
import { createAwsBus, ensureTopology } from '../index.ts';
import { type Emulator, startEmulator } from './index.ts';

let directory: string;
let emulator: Emulator;

test.before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pao-emulator-'));
  emulator = await startEmulator({ dataDirectory: directory });
});

test.after.always(async () => {
  await emulator.stop();
  await rm(directory, { recursive: true, force: true });
});

busContract(test, async (topology) => {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const connection = { endpoint: emulator.endpoint, region: 'eu-central-1', credentials };
  await ensureTopology(connection, topology);
  const bus = createAwsBus({ ...connection, topology });
  return { bus, close: () => bus.close() };
});

import { randomBytes } from 'node:crypto';
import { type AwsConnection, type Bus, createAwsBus, createTopology, ensureTopology, type Topology } from '@pao/bus';
import type { Emulator } from '@pao/bus/emulator';

export interface TestBus {
  readonly bus: Bus;
  /** With names of its own, so that several test buses share one emulator. */
  readonly topology: Topology;
  readonly connection: Required<Pick<AwsConnection, 'endpoint' | 'region' | 'credentials'>>;
  close(): Promise<void>;
}

let emulator: Promise<Emulator> | undefined;
let users = 0;

/** SNS and SQS as the services see them: the real adapter on an emulator in this process, with a fresh set of queues. */
export const startTestBus = async (options: { readonly pools?: readonly string[] } = {}): Promise<TestBus> => {
  users += 1;
  emulator ??= start();
  const { endpoint } = await emulator;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const connection = { endpoint, region: 'eu-central-1', credentials };
  const topology = createTopology({ ...options, prefix: `test-${randomBytes(4).toString('hex')}` });
  await ensureTopology(connection, topology);
  const bus = createAwsBus({ ...connection, topology });
  const close = async (): Promise<void> => {
    await bus.close();
    users -= 1;
    if (users === 0) await stop();
  };
  return { bus, topology, connection, close };
};

// Loaded when it is asked for: most tests need no bus.
const start = async (): Promise<Emulator> => (await import('@pao/bus/emulator')).startEmulator();

const stop = async (): Promise<void> => {
  const last = emulator;
  emulator = undefined;
  await (await last)?.stop();
};

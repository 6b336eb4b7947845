import test from 'ava';
import { z } from 'zod';
import { busOf, busSettings, busWaitSecondsOf } from './bus-settings.ts';
import { ConfigError, loadConfig } from './config.ts';

const schema = z
  .object(busSettings())
  .transform((settings) => ({ bus: busOf(settings), waitSeconds: busWaitSecondsOf(settings) }));

const EMULATOR = { AWS_ENDPOINT_URL: 'http://localhost:4566/' };

test('without a setting the bus is that of AWS, with the longest wait it has', (t) => {
  t.deepEqual(loadConfig(schema, {}), { bus: { prefix: 'pao', region: 'us-east-1' }, waitSeconds: 20 });
});

test('an emulator is called with keys of its own, and does not wait long', (t) => {
  const keys = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' };
  const { bus, waitSeconds } = loadConfig(schema, {
    ...EMULATOR,
    ...keys,
    AWS_REGION: 'eu-west-1',
    PAO_BUS_PREFIX: 'a',
  });
  const credentials = { accessKeyId: 'id', secretAccessKey: 'secret' };
  t.deepEqual(bus, { prefix: 'a', region: 'eu-west-1', endpoint: 'http://localhost:4566', credentials });
  t.is(waitSeconds, 1);
});

test('keys for AWS itself are left to the chain of the SDK', (t) => {
  const { bus } = loadConfig(schema, { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' });
  t.deepEqual(bus, { prefix: 'pao', region: 'us-east-1' });
});

test('a wait that is named is taken, as long as SQS allows', (t) => {
  t.is(loadConfig(schema, { ...EMULATOR, PAO_BUS_WAIT_SECONDS: '7' }).waitSeconds, 7);
  for (const wait of ['0', '21'])
    t.throws(() => loadConfig(schema, { PAO_BUS_WAIT_SECONDS: wait }), { instanceOf: ConfigError });
});

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import { z } from 'zod';
import { ConfigError, createSealer, dataKeysSetting, loadConfig, unwrapDataKeys } from '../src/index.ts';

interface Decryption {
  readonly CiphertextBlob: string;
  readonly EncryptionContext?: Readonly<Record<string, string>>;
}

/** A KMS with one key: it opens what is in its list, in its encryption context, for callers that sign. */
const startKms = async (t: ExecutionContext) => {
  const wrapped = new Map<string, { bytes: Buffer; context: string }>();
  const calls: (string | undefined)[] = [];
  const server = createServer(async (request, response) => {
    calls.push(request.headers['x-amz-target']?.toString());
    const { CiphertextBlob, EncryptionContext } = (await json(request)) as Decryption;
    const found = wrapped.get(CiphertextBlob);
    const signed = request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 ') === true;
    const opens = signed && found?.context === JSON.stringify(EncryptionContext);
    response.writeHead(opens ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(
      JSON.stringify(
        opens
          ? { KeyId: 'arn:aws:kms:eu-central-1:1:key/1', Plaintext: found.bytes.toString('base64') }
          : { __type: 'InvalidCiphertextException', message: 'no' },
      ),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  process.env['AWS_ENDPOINT_URL_KMS'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    calls,
    /** An entry of the variable, as `aws kms encrypt` would give it. */
    wrap: (id: string, bytes: Buffer, contextId = id): string => {
      const blob = randomBytes(150).toString('base64');
      wrapped.set(blob, { bytes, context: JSON.stringify({ service: 'pao', 'key-id': contextId }) });
      return `${id}:kms:${blob}`;
    },
    stop: async () => {
      server.close();
      await once(server, 'close');
    },
  };
};

test.before(() => {
  process.env['AWS_REGION'] = 'eu-central-1';
  process.env['AWS_ACCESS_KEY_ID'] = 'test';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'test';
});

const schema = z
  .object({ PAO_DATA_KEYS: dataKeysSetting() })
  .transform(({ PAO_DATA_KEYS: dataKeys }) => ({ dataKeys }));
const read = (...entries: readonly string[]) => loadConfig(schema, { PAO_DATA_KEYS: entries.join(',') });
const PLACE = { tenantId: 'default', requestId: 'r', place: 'p' };

test.serial('a wrapped key seals and opens as the same key at hand does', async (t) => {
  const kms = await startKms(t);
  const [bytes, old] = [randomBytes(32), randomBytes(32)];
  const config = await unwrapDataKeys(read(kms.wrap('new', bytes), `old:${old.toString('base64')}`));
  t.deepEqual(kms.calls, ['TrentService.Decrypt']);
  const sealed = createSealer([{ id: 'new', bytes }])?.seal('secret', PLACE) ?? '';
  t.deepEqual(createSealer(config.dataKeys)?.open(sealed, PLACE), { ok: true, value: 'secret' });
  const before = createSealer([{ id: 'old', bytes: old }])?.seal('older', PLACE) ?? '';
  t.deepEqual(createSealer(config.dataKeys)?.open(before, PLACE), { ok: true, value: 'older' });
});

test.serial('without a wrapped key nobody is asked, and the configuration is the same', async (t) => {
  const config = read(`a:${randomBytes(32).toString('base64')}`);
  t.is(await unwrapDataKeys(config, () => Promise.reject(new Error('asked'))), config);
});

test.serial('a key that KMS does not open ends the start: its id is named, and nothing of what is in it', async (t) => {
  const kms = await startKms(t);
  const entry = kms.wrap('mine', randomBytes(32), 'another');
  const error = await t.throwsAsync(unwrapDataKeys(read(entry)), { instanceOf: ConfigError });
  t.regex(error.message, /PAO_DATA_KEYS: the key mine cannot be unwrapped by AWS KMS: InvalidCiphertextException/);
  t.false(error.message.includes(entry.slice('mine:kms:'.length, 60)));
});

test.serial('a key of another length, and a KMS that does not answer, end the start as well', async (t) => {
  const kms = await startKms(t);
  const config = read(kms.wrap('short', randomBytes(16)));
  const error = await t.throwsAsync(unwrapDataKeys(config), { instanceOf: ConfigError });
  t.regex(error.message, /the key short is not one of 32 bytes/);
  await kms.stop();
  const away = await t.throwsAsync(unwrapDataKeys(config), { instanceOf: ConfigError });
  t.regex(away.message, /the key short cannot be unwrapped by AWS KMS/);
});

test.serial('a sealer is never made of what is still wrapped', (t) => {
  const blob = randomBytes(150).toString('base64');
  t.throws(() => createSealer(read(`a:kms:${blob}`).dataKeys), { message: /the data key a is still wrapped/ });
});

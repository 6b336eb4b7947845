import { createHash } from 'node:crypto';
import { defineOperation } from '@pao/contracts';
import test from 'ava';
import { z } from 'zod';
import {
  createIdentitySigner,
  createIdentityVerifier,
  generateIdentityKeys,
  type Identity,
  route,
} from '../src/index.ts';
import { addThing, type Body, errorOf, type Harness, jsonOf, startHarness } from './harness.ts';

const MIB = 1_048_576;

const hook = defineOperation({
  id: 'hook',
  service: 'request',
  method: 'POST',
  path: '/hook',
  tag: 'system',
  summary: 'Takes bytes from anybody',
  public: true,
  rawBody: true,
  maxBodyBytes: 3 * MIB,
  body: z.instanceof(Uint8Array),
  data: z.unknown(),
});

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const nobody: Identity = { subject: 'anonymous', email: 'nobody@pao.invalid', teams: [], roles: [], tenant: 'default' };

let server: Harness;
let anonymous: string;

test.before(async () => {
  const keys = await generateIdentityKeys();
  anonymous = await createIdentitySigner(keys).sign(nobody);
  const routes = [
    route(hook, ({ body, identity }) => ({ data: [body.length, digest(body), identity.subject] })),
    route(addThing, ({ body }) => ({ data: body.items.length })),
  ];
  server = await startHarness(routes, { identity: createIdentityVerifier(keys) });
});

test.after.always(() => server.close());

const send = (path: string, body: Body | undefined, headers: Record<string, string> = {}) =>
  server.post(path, body, { 'x-pao-identity': anonymous, ...headers });

const streamed = (bytes: number): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start: (controller) => {
      for (let sent = 0; sent < bytes; sent += 65_536) controller.enqueue(new Uint8Array(65_536));
      controller.close();
    },
  });

test('the bytes reach the handler as they were sent, whatever they are and say they are', async (t) => {
  const bytes = Buffer.from([0xff, 0x00, 0x7b, 0xfe]);
  for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded']) {
    const { data } = await jsonOf(await send('/api/v1/hook', bytes, { 'content-type': type }));
    t.deepEqual<unknown, unknown>(data, [4, digest(bytes), 'anonymous']);
  }
  const none = await jsonOf(await send('/api/v1/hook', undefined));
  t.deepEqual<unknown, unknown>(none.data, [0, digest(Buffer.alloc(0)), 'anonymous']);
});

test('an operation has the limit that it states, the others keep theirs', async (t) => {
  t.is((await send('/api/v1/hook', Buffer.alloc(3 * MIB))).status, 200);
  const over = await send('/api/v1/hook', Buffer.alloc(3 * MIB + 1));
  t.is(over.status, 413);
  t.like(await errorOf(over), { code: 'PAYLOAD_TOO_LARGE', message: 'The body is over 3 MiB (3145728 bytes).' });
  const headers = { 'content-type': 'application/json', 'x-pao-identity': anonymous };
  const chunked = { method: 'POST', headers, body: streamed(3 * MIB + 65_536), duplex: 'half' as const };
  t.is((await server.call('/api/v1/hook', chunked)).status, 413);
});

test('nobody may call what is public and nothing else, and even that not without the gateway', async (t) => {
  const refused = await send('/api/v1/things', '{"items":[]}');
  t.is(refused.status, 401);
  t.is((await errorOf(refused)).code, 'UNAUTHENTICATED');
  t.is((await send('/api/v1/hook', 'x', { 'x-pao-identity': 'forged' })).status, 401);
});

import { request } from 'node:http';
import { receiveCallback, receiveGithubWebhook } from '@pao/contracts';
import { route } from '@pao/http';
import test from 'ava';
import { apiKeyOf, errorOf, type RunningGateway, startGateway, startRaw, startService } from './harness.ts';

const MIB = 1_048_576;
const PATH = '/api/v1/webhooks/github';

const SIGNED = {
  'x-hub-signature-256': 'sha256=00',
  'x-github-event': 'push',
  'x-github-delivery': 'd-1',
  'content-type': 'application/json',
};

let gateway: RunningGateway;
let service: Awaited<ReturnType<typeof startService>>;

test.before(async () => {
  service = await startService([
    route(receiveGithubWebhook, ({ body, identity, headers }) => {
      const seen = { bytes: body.length, identity, headers, start: Buffer.from(body.subarray(0, 4)).toString('hex') };
      return { data: { outcome: 'ignored' as const, reason: JSON.stringify(seen) } };
    }),
    route(receiveCallback, ({ params: { token } }) => ({
      status: token === 'used' ? 200 : 202,
      data: { outcome: token === 'used' ? ('repeated' as const) : ('accepted' as const) },
    })),
  ]);
  gateway = await startGateway(service.url, { auth: 'required', apiKeys: [apiKeyOf('ci', ['admin'])] });
});

test.after.always(async () => {
  await gateway.stop();
  await service.close();
});

type Body = NonNullable<RequestInit['body']>;

const post = (body: Body, headers: Record<string, string> = {}, at = gateway) =>
  at.call(PATH, { method: 'POST', headers: { ...SIGNED, ...headers }, body });

interface Seen {
  readonly bytes: number;
  readonly start: string;
  readonly identity: { readonly subject: string; readonly roles: readonly string[] };
  readonly headers: Readonly<Record<string, string>>;
}

const seenBy = async (response: Response): Promise<Seen> =>
  JSON.parse(((await response.json()) as { data: { reason: string } }).data.reason) as Seen;

test.serial(
  'a public call needs no credentials and reaches its service as nobody, its bytes and own headers unchanged',
  async (t) => {
    const response = await post(Buffer.from([0xff, 0x00, 0x7b, 0x20]));
    t.is(response.status, 202);
    const seen = await seenBy(response);
    t.like(seen, { bytes: 4, start: 'ff007b20', headers: SIGNED });
    t.like(seen.identity, { subject: 'anonymous', roles: [], teams: [] });
  },
);

test.serial('credentials and a forged identity change nothing', async (t) => {
  const headers = { authorization: 'Bearer ci-secret', 'x-pao-identity': 'forged', 'x-forwarded-for': '10.0.0.1' };
  const seen = await seenBy(await post('{}', headers));
  t.is(seen.identity.subject, 'anonymous');
  t.not(seen.headers['x-pao-identity'], 'forged');
  for (const name of ['authorization', 'x-forwarded-for']) t.false(name in seen.headers, name);
  t.is((await post('{}', { authorization: 'Bearer wrong' })).status, 202);
});

test.serial('the headers of one operation do not reach another', async (t) => {
  let headers: object = {};
  const raw = await startRaw((incoming, response) => {
    headers = incoming.headers;
    response.end('{}');
  });
  const front = await startGateway(raw.url);
  t.is((await front.call('/api/v1/catalog', { headers: SIGNED })).status, 200);
  for (const name of ['x-hub-signature-256', 'x-github-event', 'x-github-delivery']) t.false(name in headers, name);
  await front.stop();
  await raw.close();
});

test.serial('a large body passes where the operation takes it, and only there', async (t) => {
  t.is((await seenBy(await post(Buffer.alloc(25 * MIB)))).bytes, 25 * MIB);
  const over = await post(Buffer.alloc(25 * MIB + 1));
  t.is(over.status, 413);
  t.is((await errorOf(over)).code, 'PAYLOAD_TOO_LARGE');
  const headers = { authorization: 'Bearer ci-secret' };
  t.is((await gateway.submit(' '.repeat(MIB + 1), headers)).status, 413);
});

/** Begins a call with so many bytes and leaves it there. */
const hold = (bytes: number) =>
  new Promise<{ status: Promise<number | undefined>; release: () => void }>((resolve) => {
    const { promise, resolve: answered } = Promise.withResolvers<number | undefined>();
    const headers = { ...SIGNED, 'content-length': String(bytes + 1) };
    const call = request({ port: gateway.port, host: '127.0.0.1', path: PATH, method: 'POST', headers, agent: false });
    call.on('response', (response) => answered(response.resume().statusCode));
    call.on('error', () => answered(undefined));
    call.write(Buffer.alloc(bytes), () => resolve({ status: promise, release: () => call.destroy() }));
  });

test.serial('unfinished bodies of strangers can hold only so much memory, and give it back', async (t) => {
  const held = await Promise.all(Array.from({ length: 5 }, () => hold(25 * MIB - 1)));
  const sixth = await hold(20 * MIB);
  t.is(await sixth.status, 503);
  for (const { release } of [...held, sixth]) release();
  while ((await post(Buffer.alloc(10 * MIB))).status === 503) await new Promise((next) => setTimeout(next, 20));
  t.pass();
});

test.serial('an address that sends too many is told when to come again', async (t) => {
  const limited = await startGateway(service.url, { auth: 'required', rateLimit: { perSecond: 1, burst: 2 } });
  const statuses: number[] = [];
  for (let count = 0; count < 4; count += 1) statuses.push((await post('{}', {}, limited)).status);
  t.true(statuses.includes(202));
  t.true(statuses.includes(429));
  await limited.stop();
});

test.serial('a demo takes a public call from anywhere: its signature is what counts', async (t) => {
  const demo = await startGateway(service.url);
  t.is((await post('{}', { origin: 'https://hooks.example.test' }, demo)).status, 202);
  t.is((await demo.call('/api/v1/catalog', { headers: { origin: 'https://hooks.example.test' } })).status, 403);
  await demo.stop();
});

test.serial('a callback needs no credentials, may be empty, and is small', async (t) => {
  const callback = (token: string, body?: string) =>
    gateway.call(`/api/v1/callbacks/${token}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body }),
    });
  t.is((await callback('fresh')).status, 202);
  t.is((await callback('used', '{"ok":true}')).status, 200);
  t.is((await callback('fresh', JSON.stringify('x'.repeat(65_536)))).status, 413);
  t.is((await gateway.call('/api/v1/callbacks/fresh')).status, 405);
});

import { once } from 'node:events';
import { connect } from 'node:net';
import test from 'ava';
import { route } from '../src/index.ts';
import {
  addThing,
  type Body,
  errorOf,
  exchange,
  getThing,
  type Harness,
  listThings,
  startHarness,
  token,
} from './harness.ts';

const MIB = 1_048_576;
const HEAD = `POST /api/v1/things HTTP/1.1\r\nHost: x\r\nX-Pao-Identity: ${token}\r\nContent-Type: application/json\r\n`;

let server: Harness;
let handled = 0;

test.before(async () => {
  server = await startHarness([
    route(addThing, async ({ body }) => {
      handled += 1;
      return { data: body.items.length };
    }),
    route(listThings, async ({ query }) => ({ data: [query] })),
    route(getThing, async ({ params }) => ({ data: params.id })),
  ]);
});

test.after.always(() => server.close());

const add = (body: Body, headers?: Record<string, string>) => server.post('/api/v1/things', body, headers);

const refused = async (response: Response, status: number, code: string) => {
  const error = await errorOf(response);
  return { ...error, asExpected: response.status === status && error.code === code && error.trace_id !== '' };
};

test.serial('malformed JSON is a 400 that says where', async (t) => {
  const cases: [string, string][] = [
    ['{"items":\n [tru]}', 'position 12 (line 2, column 3)'],
    ['{"items":[}', 'position 10 (line 1, column 11)'],
    ['{"items":[', 'position 10 (line 1, column 11)'],
    ["{'items':[]}", 'position 1 (line 1, column 2)'],
    ['{"items":[],}', 'position 12 (line 1, column 13)'],
    ['{"items":[]} x', 'position 13 (line 1, column 14)'],
    ['nonsense', 'position 0 (line 1, column 1)'],
  ];
  for (const [body, place] of cases) {
    const error = await refused(await add(body), 400, 'INVALID_JSON');
    t.true(error.asExpected, body);
    t.true(error.message.includes(place), `${body}: ${error.message}`);
  }
});

test.serial('a missing or empty body is a 400', async (t) => {
  const empty = new ReadableStream({ start: (controller) => controller.close() });
  for (const body of [undefined, '', empty]) {
    const response = await server.call('/api/v1/things', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body, duplex: 'half' }),
    });
    t.true((await refused(response, 400, 'INVALID_JSON')).asExpected);
  }
});

test.serial('a member named __proto__ is refused and changes nothing', async (t) => {
  const error = await refused(await add('{"items":[],"__proto__":{"polluted":true}}'), 400, 'INVALID_JSON');
  t.true(error.asExpected);
  t.false('polluted' in {});
});

test.serial('another content type is a 415, and so is a compressed body', async (t) => {
  const types = [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json; charset=utf-16',
  ];
  types.push('application/jsonp', 'application/vnd.api+json', '');
  for (const type of types) {
    t.true(
      (await refused(await add('{"items":[]}', { 'content-type': type }), 415, 'UNSUPPORTED_MEDIA_TYPE')).asExpected,
      type,
    );
  }
  const gzip = await refused(await add('{"items":[]}', { 'content-encoding': 'gzip' }), 415, 'UNSUPPORTED_MEDIA_TYPE');
  t.true(gzip.asExpected);
  for (const type of ['application/json', 'Application/JSON; Charset="UTF-8"', 'application/json;charset=utf-8']) {
    t.is((await add('{"items":[]}', { 'content-type': type })).status, 202, type);
  }
});

const padded = (bytes: number) => `{"items":[]${' '.repeat(bytes - 12)}}`;

test.serial('a body of exactly 1 MiB is read, one byte more is a 413', async (t) => {
  t.is((await add(padded(MIB))).status, 202);
  t.true((await refused(await add(padded(MIB + 1)), 413, 'PAYLOAD_TOO_LARGE')).asExpected);
});

test.serial('a chunked body over 1 MiB is a 413 before all of it was sent', async (t) => {
  let sent = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      sent += 65_536;
      if (sent > 64 * MIB) controller.close();
      else controller.enqueue(new Uint8Array(65_536).fill(32));
    },
  });
  const headers = { 'content-type': 'application/json' };
  const response = await server.call('/api/v1/things', { method: 'POST', headers, body: endless, duplex: 'half' });
  t.true((await refused(response, 413, 'PAYLOAD_TOO_LARGE')).asExpected);
  t.true(sent < 32 * MIB);
});

test.serial(
  'a client that announces too much is answered without being read, and cut off when it goes on',
  async (t) => {
    const socket = connect(server.port, '127.0.0.1');
    const cut = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    let answer = '';
    socket.setEncoding('utf8').on('data', (chunk) => {
      answer += chunk;
    });
    // Cutting the connection resets it while more is sent.
    socket.on('error', () => undefined);
    socket.write(`${HEAD}Content-Length: ${99 * MIB}\r\n\r\n`);
    let sent = 0;
    for (; sent < 90 && !socket.destroyed; sent += 1) {
      if (!socket.write(Buffer.alloc(MIB, 32))) await Promise.race([once(socket, 'drain').catch(() => undefined), cut]);
    }
    await cut;
    t.true(answer.startsWith('HTTP/1.1 413 '));
    t.true(sent < 60, String(sent));
  },
);

test.serial('a connection is still good after a 413 whose body has arrived', async (t) => {
  const one = (body: string) => `${HEAD}Content-Length: ${body.length}\r\n\r\n${body}`;
  const both = (answer: string) => answer.includes('HTTP/1.1 202 ');
  const answer = await exchange(server.port, [one(padded(MIB + 10)), one('{"items":[]}')], both);
  t.true(answer.startsWith('HTTP/1.1 413 '));
  t.true(both(answer));
});

test.serial('nesting of 32 levels is read, one more is a 400', async (t) => {
  const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
  t.is((await add(nested(32))).status, 422);
  for (const levels of [33, 100_000]) {
    t.true((await refused(await add(nested(levels)), 400, 'INVALID_JSON')).asExpected, String(levels));
  }
});

test.serial('a NUL character in any text or name is a 400', async (t) => {
  for (const body of ['{"items":[{"name":"a\\u0000"}]}', '{"items":[],"\\u0000":1}', '"\\u0000"', '[["\\u0000"]]']) {
    const error = await refused(await add(body), 400, 'INVALID_JSON');
    t.true(error.asExpected && error.message.includes('NUL'), body);
  }
  t.is((await add('{"items":[{"name":"\\\\u0000"}]}')).status, 202);
  t.is((await server.call('/api/v1/things?q=%00')).status, 400);
  t.is((await server.call('/api/v1/things/%00')).status, 400);
});

test.serial('bytes that are not UTF-8 are a 400, and the replacement character itself is fine', async (t) => {
  const broken = Buffer.concat([Buffer.from('{"items":[{"name":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}]}')]);
  const error = await refused(await add(broken), 400, 'INVALID_JSON');
  t.true(error.asExpected && error.message.includes('UTF-8'));
  t.is((await add('{"items":[{"name":"\ufffd"}]}')).status, 202);
});

test.serial('a body of the wrong shape is a 422 with the path of each field', async (t) => {
  const error = await refused(
    await add('{"items":[{"name":1},{"name":"a","color":"red"},{"name":"b","size":1.5}],"more":true}'),
    422,
    'VALIDATION_FAILED',
  );
  t.true(error.asExpected);
  t.deepEqual(error.details.map(({ field }) => field).toSorted(), [
    'items[0].name',
    'items[1].color',
    'items[2].size',
    'more',
  ]);
  for (const body of ['[]', '"x"', 'null', '1', '{}', '{"items":{}}', '{"items":[{},{},{},{}]}']) {
    t.true((await refused(await add(body), 422, 'VALIDATION_FAILED')).asExpected, body);
  }
});

test.serial('a malformed query or path parameter is a 400 with its name', async (t) => {
  for (const [path, field] of [
    ['/api/v1/things?limit=x', 'limit'],
    ['/api/v1/things?limit=201', 'limit'],
    ['/api/v1/things?nope=1', 'nope'],
    ['/api/v1/things?q=1&q=2', 'q'],
    ['/api/v1/things?__proto__=1', '__proto__'],
    ['/api/v1/things/UPPER', 'id'],
  ]) {
    const error = await refused(await server.call(path ?? ''), 400, 'INVALID_REQUEST');
    t.true(error.asExpected, path);
    t.is(error.details[0]?.field, field);
  }
});

test.serial('an Idempotency-Key must be 1 to 255 printable characters', async (t) => {
  const raw = (key: string) =>
    `POST /api/v1/things HTTP/1.1\r\nHost: x\r\nX-Pao-Identity: ${token}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 12\r\nIdempotency-Key: ${key}\r\n\r\n{"items":[]}`;
  for (const key of ['', 'x'.repeat(256), 'caf\u00e9', 'a\tb']) {
    t.true((await exchange(server.port, [raw(key)])).startsWith('HTTP/1.1 400 '), JSON.stringify(key));
  }
  for (const key of ['x', 'x'.repeat(255), 'a b~!"']) {
    t.true((await exchange(server.port, [raw(key)])).startsWith('HTTP/1.1 202 '), key);
  }
});

test.serial('what was refused never reached a handler', async (t) => {
  const before = handled;
  for (const body of ['{', '[]', '{"items":[{"name":"\\u0000"}]}', padded(MIB + 1)]) await add(body);
  t.is(handled, before);
});

import test from 'ava';
import { route } from '../src/index.ts';
import { exchange, getThing, type Harness, startHarness, token } from './harness.ts';

let server: Harness;
let handled = 0;

test.before(async () => {
  server = await startHarness([
    route(getThing, async ({ params }) => {
      handled += 1;
      return { data: params.id };
    }),
  ]);
});

test.after.always(() => server.close());

const IDENTITY = `X-Pao-Identity: ${token}\r\n`;
const get = (target: string, headers = 'Host: x\r\n') =>
  `GET ${target} HTTP/1.1\r\n${headers}${IDENTITY}Connection: close\r\n\r\n`;

const answerTo = async (request: string) => {
  const text = await exchange(server.port, [request]);
  const [head = '', body = ''] = text.split('\r\n\r\n');
  return { status: Number(head.split(' ')[1]), head, error: body === '' ? undefined : JSON.parse(body).error };
};

test.serial('a plain request is answered', async (t) => {
  t.is((await answerTo(get('/api/v1/things/abc'))).status, 200);
});

const targets = [
  'http://other.test/api/v1/things/abc',
  '//api/v1/things/abc',
  '/api//v1/things/abc',
  '/api/v1/things//abc',
  '/api/v1/things/../things/abc',
  '/api/v1/things/./abc',
  '/api/v1/things/%2e%2e/things/abc',
  '/api/v1/things/.%2E/abc',
  '/api/v1/things/abc%2Fevents',
  '/api/v1/things/abc%5cevents',
  '/api/v1/things\\abc',
  '/api/v1/things/ab%00c',
  '/api/v1/things/ab%zzc',
  '/api/v1/things/abc#x',
  '/api/v1/things/..',
  '*',
];

for (const target of targets) {
  test.serial(`the target ${target} is refused with 400`, async (t) => {
    const before = handled;
    const { status, error } = await answerTo(get(target));
    t.is(status, 400);
    t.is(error?.code, 'INVALID_REQUEST');
    t.is(handled, before);
  });
}

test.serial('dots that are no segment of their own are fine', async (t) => {
  t.is((await answerTo(get('/api/v1/things/a..b'))).error?.details[0]?.field, 'id');
});

for (const name of [
  'Host',
  'Authorization',
  'Content-Type',
  'Idempotency-Key',
  'X-Correlation-ID',
  'X-PAO-Identity',
  'traceparent',
  'Origin',
]) {
  test.serial(`a second ${name} header is refused with 400`, async (t) => {
    const value = name === 'X-PAO-Identity' ? token : 'x';
    const host = name === 'Host' ? '' : 'Host: x\r\n';
    const request = `GET /api/v1/things/abc HTTP/1.1\r\n${host}${name}: ${value}\r\n${name.toLowerCase()}: ${value}\r\nConnection: close\r\n\r\n`;
    const { status, error } = await answerTo(request);
    t.is(status, 400);
    t.true(error?.message.includes('twice'));
  });
}

const malformed = {
  'no Host': 'GET /api/v1/things/abc HTTP/1.1\r\nConnection: close\r\n\r\n',
  'a length and chunks': `POST /api/v1/things HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  'two lengths': 'POST /api/v1/things HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd',
  'an unknown coding': 'POST /api/v1/things HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n',
  'a folded header': 'GET /api/v1/things/abc HTTP/1.1\r\nHost: x\r\nX-A: b\r\n c\r\n\r\n',
  'a bare line feed': 'GET /api/v1/things/abc HTTP/1.1\nHost: x\n\n',
  'a space before the colon': 'GET /api/v1/things/abc HTTP/1.1\r\nHost: x\r\nX-A : b\r\n\r\n',
  'a raw character outside ASCII': 'GET /api/v1/things/\u00e4 HTTP/1.1\r\nHost: x\r\n\r\n',
  'an odd verb': 'BREW /api/v1/things/abc HTTP/1.1\r\nHost: x\r\n\r\n',
  'a TLS hello': '\u0016\u0003\u0001\u0000\r\n\r\n',
};

for (const [what, request] of Object.entries(malformed)) {
  test.serial(`a request with ${what} is a 400 and closes the connection`, async (t) => {
    const before = handled;
    const { status, head } = await answerTo(request);
    t.is(status, 400);
    t.regex(head, /connection: close/i);
    t.is(handled, before);
  });
}

test.serial('what the parser refuses has the envelope as well', async (t) => {
  const { error } = await answerTo(malformed['an odd verb']);
  t.like(error, { code: 'INVALID_REQUEST', retryable: false, details: [] });
  t.truthy(error?.correlation_id);
});

test.serial('headers over 16 KiB are a 431', async (t) => {
  const { status, error } = await answerTo(get('/api/v1/things/abc', `Host: x\r\nX-A: ${'x'.repeat(17_000)}\r\n`));
  t.is(status, 431);
  t.truthy(error?.message);
});

test.serial('methods that are not of the API are refused', async (t) => {
  for (const method of ['TRACE', 'PROPFIND', 'PUT']) {
    const { status } = await answerTo(get('/api/v1/things/abc').replace('GET', method));
    t.is(status, 405, method);
  }
});

test.serial('no answer names the software behind it or shows a stack', async (t) => {
  for (const request of [...Object.values(malformed), get('/nothing'), get('/api/v1/things/abc')]) {
    const text = await exchange(server.port, [request]);
    t.notRegex(text, /koa|node|powered|node_modules|at .*\.ts/i);
  }
});

import { defineOperation } from '@pao/contracts';
import test from 'ava';
import { z } from 'zod';
import { download, route } from '../src/index.ts';
import { exchange, startHarness, token } from './harness.ts';

const exportThings = defineOperation({
  id: 'exportThings',
  service: 'request',
  method: 'GET',
  path: '/things/export',
  tag: 'system',
  summary: 'All things as a file',
  data: z.unknown(),
  downloads: ['text/csv'],
});

const start = (file: () => AsyncIterable<string>) =>
  startHarness([route(exportThings, () => download({ file: file(), mediaType: 'text/csv', name: 'things.csv' }))]);

test('a file comes with its type and its name, to be kept by nobody on the way', async (t) => {
  const server = await start(async function* () {
    yield 'a,b\r\n';
    yield '1,2\r\n';
  });
  const response = await server.call('/api/v1/things/export');
  t.is(response.headers.get('content-type'), 'text/csv; charset=utf-8');
  t.is(response.headers.get('content-disposition'), 'attachment; filename="things.csv"');
  t.is(response.headers.get('cache-control'), 'no-store, no-transform');
  t.is(await response.text(), 'a,b\r\n1,2\r\n');
  await server.close();
});

test('an empty file is a file', async (t) => {
  const server = await start(async function* () {});
  const response = await server.call('/api/v1/things/export');
  t.is(response.status, 200);
  t.is(await response.text(), '');
  await server.close();
});

test('a file whose source fails breaks off, so that nobody takes the part for the whole', async (t) => {
  const server = await start(async function* () {
    yield 'a,b\r\n';
    throw new Error('database away');
  });
  const request = `GET /api/v1/things/export HTTP/1.1\r\nHost: x\r\nX-Pao-Identity: ${token}\r\n\r\n`;
  const answer = await exchange(server.port, [request]);
  t.false(answer.endsWith('0\r\n\r\n'));
  t.false(answer.includes('database'));
  await server.close();
});

test('a client that goes away ends the source', async (t) => {
  const ended = Promise.withResolvers<void>();
  const server = await start(async function* () {
    try {
      for (;;) yield 'x'.repeat(10_000);
    } finally {
      ended.resolve();
    }
  });
  const gone = new AbortController();
  const response = await server.call('/api/v1/things/export', { signal: gone.signal });
  await response.body?.getReader().read();
  gone.abort();
  await ended.promise;
  t.pass();
  await server.close();
});

test('a name that could say more than a name is a mistake', (t) => {
  const file = (async function* () {})();
  t.throws(() => download({ file, mediaType: 'text/csv', name: 'a"; x' }), { message: /cannot be the name/ });
});

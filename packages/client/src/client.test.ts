import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { operations } from '@pao/contracts';
import test from 'ava';
import { type Client, createClient, describeCallError, StreamError } from './index.ts';

const ID = '019381d0-7c4e-7000-8000-000000000001';

const withServer = async <T>(
  listener: RequestListener,
  use: (client: Client, server: Server) => Promise<T>,
): Promise<T> => {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    return await use(createClient({ baseUrl: `http://127.0.0.1:${port}/`, apiKey: 'key', timeoutMs: 5_000 }), server);
  } finally {
    server.closeAllConnections();
    server.close();
  }
};

test('a call fills path and query, sends the key and gives back what the contract says', async (t) => {
  const seen: unknown[] = [];
  const result = await withServer(
    (request, response) => {
      seen.push([request.method, request.url, request.headers.authorization, request.headers['x-correlation-id']]);
      response
        .setHeader('x-correlation-id', 'mine')
        .end('{"data":[],"pagination":{"nextCursor":null,"hasMore":false}}');
    },
    (client) => client.call(operations.listRequests, { query: { limit: 5, q: 'a b' }, correlationId: 'mine' }),
  );
  t.deepEqual(seen, [['GET', '/api/v1/requests?limit=5&q=a+b', 'Bearer key', 'mine']]);
  t.deepEqual(result, {
    ok: true,
    value: { data: [], pagination: { nextCursor: null, hasMore: false }, correlationId: 'mine' },
  });
});

test('a refusal carries the error envelope', async (t) => {
  const error = {
    code: 'NOT_FOUND',
    message: 'no',
    details: [],
    correlation_id: 'c',
    trace_id: 't',
    retryable: false,
    doc_url: 'd',
  };
  const result = await withServer(
    (_, response) => response.writeHead(404).end(JSON.stringify({ error })),
    (client) => client.call(operations.getRequest, { params: { id: ID } }),
  );
  t.deepEqual(result, { ok: false, error: { kind: 'refused', status: 404, error } });
});

test('an answer that is not in the form of the contract is named as such', async (t) => {
  for (const body of ['<html>proxy</html>', '{"data":{"id":1}}']) {
    const result = await withServer(
      (_, response) => response.end(body),
      (client) => client.call(operations.getRequestStatus, { params: { id: ID } }),
    );
    t.like(result, { ok: false, error: { kind: 'not-pao', status: 200 } });
  }
});

test('a server that is away is a value, not a throw', async (t) => {
  const result = await withServer(
    (request) => request.socket.destroy(),
    (client) => client.call(operations.getCatalogSync),
  );
  t.false(result.ok);
  if (!result.ok) t.regex(describeCallError(result.error), /no answer: .*other side closed/);
});

test('a stream gives each event, across chunks and over heartbeats, and ends with the server', async (t) => {
  const change = (sequence: number) =>
    JSON.stringify({
      sequence,
      requestId: ID,
      at: '2026-01-01T00:00:00.000Z',
      change: 'c',
      from: null,
      to: 'x',
      actor: 'a',
    });
  const sequences = await withServer(
    (request, response) => {
      t.is(request.headers['last-event-id'], '7');
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`: hello\n\nid: 8\ndata: ${change(8).slice(0, 20)}`);
      setTimeout(() => response.end(`${change(8).slice(20)}\r\n\r\nid: 9\ndata: ${change(9)}\n\n`), 20);
    },
    async (client) => {
      const seen: number[] = [];
      const input = { params: { id: ID }, lastEventId: '7' };
      for await (const event of client.stream(operations.streamRequestEvents, input)) seen.push(event.sequence);
      return seen;
    },
  );
  t.deepEqual(sequences, [8, 9]);
});

test('a stream that is refused throws with the reason', async (t) => {
  await withServer(
    (_, response) => response.writeHead(502).end('bad'),
    async (client) => {
      const events = client.stream(operations.streamRequestEvents, { params: { id: ID } });
      await t.throwsAsync(() => events.next(), { instanceOf: StreamError, message: /502/ });
    },
  );
});

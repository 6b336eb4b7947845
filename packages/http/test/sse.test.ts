import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { apiError, eventStream, route, type ServerSentEvent } from '../src/index.ts';
import { exchange, type Harness, startHarness, token, watchThing } from './harness.ts';

const reader = (response: Response) => {
  const stream = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return {
    until: async (part: string): Promise<string> => {
      while (!text.includes(part)) {
        const { done, value } = (await stream?.read()) ?? { done: true, value: '' };
        if (done) break;
        text += value;
      }
      return text;
    },
    cancel: () => stream?.cancel(),
  };
};

/** A server whose stream `id` gives the events that the test made for it. */
const start = async (
  sources: Record<string, (last: string | undefined, signal: AbortSignal) => AsyncIterable<ServerSentEvent<unknown>>>,
  heartbeatMs = 60_000,
) =>
  startHarness(
    [
      route(watchThing, async ({ params, lastEventId, signal }) => {
        const source = sources[params.id];
        return source
          ? eventStream(source(lastEventId, signal))
          : apiError({ code: 'NOT_FOUND', message: 'No such thing.' });
      }),
    ],
    { heartbeatMs },
  );

const watch = (server: Harness, id: string, headers = {}) => server.call(`/api/v1/things/${id}/events`, { headers });

async function* counted(from: number, to: number): AsyncGenerator<ServerSentEvent<unknown>> {
  for (let id = from; id <= to; id += 1) yield { id: String(id), event: 'change', data: { n: id } };
}

test('a stream sends its events and ends after the last', async (t) => {
  const server = await start({ a: () => counted(1, 2) });
  const response = await watch(server, 'a');
  t.is(response.headers.get('content-type'), 'text/event-stream; charset=utf-8');
  t.is(response.headers.get('cache-control'), 'no-store, no-transform');
  const text = await response.text();
  t.is(text, 'retry: 1000\n\nid: 1\nevent: change\ndata: {"n":1}\n\nid: 2\nevent: change\ndata: {"n":2}\n\n');
  await server.close();
});

test('a stream goes on after the event that the client has', async (t) => {
  const server = await start({ a: (last) => counted(Number(last ?? 0) + 1, 3) });
  const text = await (await watch(server, 'a', { 'last-event-id': '2' })).text();
  t.deepEqual(text.match(/id: \d/g), ['id: 3']);
  await server.close();
});

test('a stream that can not begin is an error in the envelope', async (t) => {
  const server = await start({});
  t.is((await watch(server, 'none')).status, 404);
  await server.close();
});

test('line breaks in data or names never begin another event', async (t) => {
  const hostile = { id: '1\nid: 9', event: 'a\r\nevent: b', data: 'x\n\ndata: y\u2028' };
  const server = await start({
    a: async function* () {
      yield hostile;
    },
  });
  const text = await (await watch(server, 'a')).text();
  t.is(text.split('\n\n').length, 3);
  t.true(text.includes('data: "x\\n\\ndata: y'));
  await server.close();
});

/** Events that never come, and whether anybody still waits for them. */
const silence = () => {
  const ended = Promise.withResolvers<void>();
  return {
    ended: ended.promise,
    source: async function* (_last: string | undefined, signal: AbortSignal): AsyncGenerator<ServerSentEvent<unknown>> {
      try {
        await once(signal, 'abort');
        yield { data: 'too late' };
      } finally {
        ended.resolve();
      }
    },
  };
};

test('a quiet stream sends comments', async (t) => {
  const server = await start({ a: silence().source }, 10);
  const stream = reader(await watch(server, 'a'));
  t.true((await stream.until(': \n\n: \n\n')).startsWith('retry: 1000\n\n'));
  await stream.cancel();
  await server.close();
});

test('when the client goes away the source is told', async (t) => {
  const { source, ended } = silence();
  const server = await start({ a: source });
  const stream = reader(await watch(server, 'a'));
  await stream.until('retry');
  await stream.cancel();
  await t.notThrowsAsync(ended);
  await server.close();
});

test('a source that does not listen to the signal is ended with its stream', async (t) => {
  const ended = Promise.withResolvers<void>();
  const server = await start({
    a: async function* () {
      try {
        for (;;) {
          yield { data: 1 };
          await sleep(5);
        }
      } finally {
        ended.resolve();
      }
    },
  });
  const stream = reader(await watch(server, 'a'));
  await stream.until('data: 1');
  await stream.cancel();
  await t.notThrowsAsync(ended.promise);
  await server.close();
});

test('when the server closes, streams end cleanly and the close does not wait for them', async (t) => {
  const { source, ended } = silence();
  const server = await start({ a: source });
  const response = await watch(server, 'a');
  const rest = response.text();
  await server.close();
  t.is(await rest, 'retry: 1000\n\n');
  await t.notThrowsAsync(ended);
});

test('a client that does not read stops the source instead of filling the memory', async (t) => {
  let taken = 0;
  const server = await start({
    a: async function* () {
      for (;;) {
        taken += 1;
        yield { data: 'x'.repeat(10_000) };
      }
    },
  });
  const socket = connect(server.port, '127.0.0.1');
  socket.write(`GET /api/v1/things/a/events HTTP/1.1\r\nHost: x\r\nX-Pao-Identity: ${token}\r\n\r\n`);
  let before = -1;
  // Still once no event was taken for a while: the buffers of the sockets are full.
  while (before !== taken || taken === 0) {
    before = taken;
    await sleep(100);
  }
  t.true(taken < 5_000);
  socket.destroy();
  await server.close();
});

test('a source that fails breaks its stream off, so that the client comes again', async (t) => {
  const server = await start({
    a: async function* () {
      yield { id: '1', data: 1 };
      throw new Error('database away');
    },
  });
  const request = `GET /api/v1/things/a/events HTTP/1.1\r\nHost: x\r\nX-Pao-Identity: ${token}\r\n\r\n`;
  const answer = await exchange(server.port, [request]);
  t.true(answer.includes('data: 1\n\n'));
  t.false(answer.endsWith('0\r\n\r\n'));
  t.false(answer.includes('database'));
  t.true(server.logs.some((line) => line.includes('database away')));
  await server.close();
});

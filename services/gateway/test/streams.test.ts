import { request } from 'node:http';
import { operations } from '@pao/contracts';
import { eventStream, route } from '@pao/http';
import test from 'ava';
import { startGateway, startService } from './harness.ts';

/** Never told anything; ends when the client has gone. */
async function* quiet(signal: AbortSignal): AsyncGenerator<{ readonly id: string; readonly data?: never }> {
  yield { id: 'begin' };
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}

/** An open stream, by its first bytes. */
const open = (url: string): Promise<{ readonly status: number | undefined; close(): void }> =>
  new Promise((resolve, reject) => {
    const call = request(url, { agent: false }, (answer) => {
      answer.once('data', () => resolve({ status: answer.statusCode, close: () => call.destroy() }));
    });
    call.once('error', reject).end();
  });

test('hundreds of open streams take no connection from other calls, and each path leads to its own operation', async (t) => {
  const told = { mine: 0, logs: 0 };
  const stream = (name: keyof typeof told, signal: AbortSignal) => {
    told[name] += 1;
    return eventStream<never>(quiet(signal));
  };
  const service = await startService([
    route(operations.streamMyRequests, ({ signal }) => stream('mine', signal)),
    route(operations.streamRequestLogs, ({ signal }) => stream('logs', signal)),
    route(operations.listRequests, () => ({ data: [], pagination: { hasMore: false, nextCursor: null } })),
  ]);
  const gateway = await startGateway(service.url);
  t.teardown(() => service.close());
  t.teardown(() => gateway.stop());
  const id = '019381d0-7c4e-7000-8000-000000000001';
  const paths = ['/api/v1/requests/events', `/api/v1/requests/${id}/logs/stream`];
  const streams = await Promise.all(
    Array.from({ length: 300 }, (_, index) => open(`http://127.0.0.1:${gateway.port}${paths[index % 2] ?? ''}`)),
  );
  t.true(streams.every(({ status }) => status === 200));
  t.deepEqual(told, { mine: 150, logs: 150 });
  t.is((await gateway.call('/api/v1/requests')).status, 200);
  for (const { close } of streams) close();
});

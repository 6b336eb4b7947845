import { execFile } from 'node:child_process';
import { createServer, type IncomingMessage } from 'node:http';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

interface Span {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[];
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

/** One server that is both the collector and the target of the calls. */
const startReceiver = async () => {
  const spans: Span[] = [];
  const paths: string[] = [];
  const calls = new Map<string, string | undefined>();
  const server = createServer(async (request, response) => {
    const { url = '', headers } = request;
    if (url.startsWith('/v1/')) {
      paths.push(url);
      const { resourceSpans = [] } = JSON.parse(await bodyOf(request));
      for (const { scopeSpans } of resourceSpans) for (const scope of scopeSpans) spans.push(...scope.spans);
    } else calls.set(url, headers.traceparent?.toString());
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  return { spans, paths, calls, url, close: () => server.close() };
};

const run = async (target: string, environment: NodeJS.ProcessEnv) => {
  const script = fileURLToPath(new URL('traced-process.ts', import.meta.url));
  const env = { PATH: process.env.PATH, TARGET: target, TRACEPARENT, ...environment };
  const { stdout } = await promisify(execFile)(process.execPath, [script], { env });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
};

test('with an endpoint, spans of calls inside a trace are exported, those of pollers are not', async (t) => {
  const receiver = await startReceiver();
  const { traceId, tracing, alone } = await run(receiver.url, {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  });
  t.true(tracing);
  t.is(traceId, '0af7651916cd43dd8448eb211c80319c');
  t.is(alone, null);
  t.deepEqual(new Set(receiver.paths), new Set(['/v1/traces']));
  const main = receiver.spans.find(({ name }) => name === 'main');
  t.is(main?.parentSpanId, 'b7ad6b7169203331');
  const others = receiver.spans.filter(({ name }) => name !== 'main');
  t.deepEqual(
    others.map(({ parentSpanId }) => parentSpanId),
    [main?.spanId],
  );
  t.is(receiver.calls.get('/inside'), `00-${traceId}-${others[0]?.spanId}-01`);
  t.is(receiver.calls.get('/suppressed'), undefined);
  t.is(receiver.calls.get('/poll'), undefined);
  receiver.close();
});

test('what proves who calls a callback is in no span', async (t) => {
  const receiver = await startReceiver();
  await run(receiver.url, {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    SECRET_CALL: '/api/v1/callbacks/very.secret?x=1',
  });
  t.true(receiver.calls.has('/api/v1/callbacks/very.secret?x=1'));
  const told = JSON.stringify(receiver.spans);
  t.true(told.includes('/api/v1/callbacks/[redacted]'));
  t.false(told.includes('very.secret'), told);
  receiver.close();
});

test('without an endpoint nothing is exported or recorded, and a trace id flows all the same', async (t) => {
  const receiver = await startReceiver();
  const { traceId, tracing, alone } = await run(receiver.url, {});
  t.false(tracing);
  t.is(traceId, '0af7651916cd43dd8448eb211c80319c');
  t.regex(alone, /^00-[\da-f]{32}-[\da-f]{16}-01$/);
  t.deepEqual(receiver.paths, []);
  receiver.close();
});

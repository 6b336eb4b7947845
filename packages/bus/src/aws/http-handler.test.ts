// @boundaries-ignore it stands on this package, so it is no dependency
import { closedPort, httpServer, tcpServer } from '@pao/testkit';
import { HttpRequest } from '@smithy/core/protocols';
import test from 'ava';
import { createHttpHandler } from './http-handler.ts';

const handler = createHttpHandler();
test.after.always(() => handler.destroy?.());

const requestTo = (port: number, more: ConstructorParameters<typeof HttpRequest>[0] = {}): HttpRequest =>
  new HttpRequest({ protocol: 'http:', hostname: '127.0.0.1', port, method: 'POST', path: '/', ...more });

test('a call is sent as it is given, and its answer comes as a whole', async (t) => {
  const { port, requests } = await httpServer(t, (_request, response) => {
    response.writeHead(400, { 'content-type': 'application/json', 'set-cookie': ['a=1', 'b=2'] });
    response.write('{"half":');
    setTimeout(() => response.end('1}'), 20);
  });
  const headers = { 'x-amz-target': 'AmazonSQS.SendMessageBatch' };
  const query = { Action: 'Receive it', Name: ['a', 'b'], none: null };
  const { response } = await handler.handle(requestTo(port, { headers, query, path: '/queue', body: '{"ä":1}' }));
  t.is(response.statusCode, 400);
  t.is(response.headers['content-type'], 'application/json');
  t.is(response.headers['set-cookie'], 'a=1, b=2');
  t.is(Buffer.from(response.body as Uint8Array).toString(), '{"half":1}');
  const [request] = requests;
  t.like(request, { method: 'POST', url: '/queue?Action=Receive+it&Name=a&Name=b&none=', body: '{"ä":1}' });
  t.is(request?.headers['x-amz-target'], 'AmazonSQS.SendMessageBatch');
});

test('what the SDK may try again has the name by which it knows so', async (t) => {
  const { port } = await tcpServer(t, (socket) => socket.destroy());
  await t.throwsAsync(handler.handle(requestTo(port)), { name: 'RequestTimeout' });
  await t.throwsAsync(handler.handle(requestTo(await closedPort())), { code: 'ECONNREFUSED' });
});

test('a call that is given up ends at once, before or while it is made', async (t) => {
  let arrived = (): void => {};
  const { port } = await httpServer(t, () => arrived());
  const controller = new AbortController();
  arrived = () => controller.abort();
  await t.throwsAsync(handler.handle(requestTo(port), { abortSignal: controller.signal }), { name: 'AbortError' });
  await t.throwsAsync(handler.handle(requestTo(port), { abortSignal: controller.signal }), { name: 'AbortError' });
});

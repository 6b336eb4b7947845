import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Watch, Wire } from './watch.ts';

export interface HttpCall {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

export interface HttpWireOptions {
  /** `127.0.0.1:port`; asked anew for each call, since what is there may have been started again elsewhere. */
  readonly to: () => string;
  /** What the call is. */
  readonly nameOf: (call: HttpCall) => string;
  /** False for an answer that changed nothing, such as that of a poll which brought no message. */
  readonly changesSomething?: (call: HttpCall, answer: string) => boolean;
  readonly watch: Watch;
}

const read = async (message: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
};

/** Stands between a process and what it calls by HTTP. Each call goes on when it is whole, and so does its answer. */
export const startHttpWire = async ({ to, nameOf, changesSomething, watch }: HttpWireOptions): Promise<Wire> => {
  const agent = new Agent({ keepAlive: true });
  const server = createServer();
  const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await read(request);
    const { method = 'GET', url: path = '/', headers } = request;
    const call = { method, path, headers, body: body.toString('utf8') };
    const name = nameOf(call);
    if (watch(name, 'before')) return void response.destroy();
    const [hostname, port] = to().split(':');
    const forwarded = send({ agent, hostname, port, method, path, headers });
    // Whoever waits for messages and goes takes none of them along.
    response.on('close', () => forwarded.destroy());
    forwarded.end(body);
    const [answer] = (await once(forwarded, 'response')) as [IncomingMessage];
    const content = await read(answer);
    const matters = changesSomething?.(call, content.toString('utf8')) ?? true;
    if (matters && watch(name, 'after')) return void response.destroy();
    const { 'transfer-encoding': _chunked, connection: _connection, ...kept } = answer.headers;
    response.writeHead(answer.statusCode ?? 502, { ...kept, 'content-length': content.length }).end(content);
  };
  server.on('request', (request, response) => {
    // What can't be reached is a connection that ends.
    pass(request, response).catch(() => response.destroy());
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut: () => server.closeAllConnections(),
    close: async () => {
      agent.destroy();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
};

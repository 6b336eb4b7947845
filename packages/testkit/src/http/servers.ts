import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';

/** Of a test: what runs at its end. */
interface Teardown {
  teardown(end: () => void): void;
}

interface Running {
  readonly host: string;
  readonly port: number;
  /** `http://host:port` */
  readonly url: string;
  /** Connections accepted so far. */
  readonly connections: () => number;
}

const listen = async (t: Teardown, server: Server): Promise<Running> => {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { host: '127.0.0.1', port, url: `http://127.0.0.1:${port}`, connections: () => connections };
};

export interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** An HTTP server that remembers every request it has read, whatever it answers. Gone with the test. */
export const httpServer = async (
  t: Teardown,
  answer: (request: ReceivedRequest, response: ServerResponse) => void,
): Promise<Running & { readonly requests: readonly ReceivedRequest[] }> => {
  const requests: ReceivedRequest[] = [];
  const server = createHttpServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { method = '', url = '', headers } = incoming;
      const request = { method, url, headers, body: Buffer.concat(chunks).toString() };
      requests.push(request);
      answer(request, response);
    });
  });
  return { ...(await listen(t, server)), requests };
};

/** A TCP server that does with the first bytes of each connection what it is told. */
export const tcpServer = async (
  t: Teardown,
  onData: (socket: Socket) => void,
): Promise<Running & { readonly requests: () => number }> => {
  let requests = 0;
  const server = createTcpServer((socket) => {
    socket.once('data', () => {
      requests += 1;
      onData(socket);
    });
  });
  return { ...(await listen(t, server)), requests: () => requests };
};

/** A port where nobody listens. */
export const closedPort = async (): Promise<number> => {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
};

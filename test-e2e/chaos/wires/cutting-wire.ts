import { connect, type Socket } from 'node:net';
import { startTcpWire } from './tcp-wire.ts';
import type { Wire } from './watch.ts';

export interface CuttingWireOptions {
  /** `127.0.0.1:port` */
  readonly to: () => string;
  /** How many bytes of the answer to this request arrive before the connection breaks; undefined: all, and it stays. */
  readonly cutAfter: (request: string) => number | undefined;
}

const join = (client: Socket, { to, cutAfter }: CuttingWireOptions): Socket => {
  const [host = '', port] = to().split(':');
  const server = connect({ host, port: Number(port), noDelay: true });
  let left: number | undefined;
  client.on('data', (chunk: Buffer) => {
    left = cutAfter(chunk.toString('latin1')) ?? left;
    server.write(chunk);
  });
  server.on('data', (chunk: Buffer) => {
    if (left === undefined || chunk.length < left) {
      if (left !== undefined) left -= chunk.length;
      client.write(chunk);
      return;
    }
    // What has arrived is read before the reset is noticed.
    client.write(chunk.subarray(0, left), () => client.resetAndDestroy());
    server.destroy();
  });
  for (const socket of [client, server]) {
    socket.on('error', () => undefined).on('close', () => (socket === client ? server : client).destroy());
  }
  return server;
};

/** A network that breaks in the middle of an answer, at a byte of one's choice. */
export const startCuttingWire = (options: CuttingWireOptions): Promise<Wire> =>
  startTcpWire((client) => join(client, options));

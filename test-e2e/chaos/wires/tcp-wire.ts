import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { Wire } from './watch.ts';

export interface TcpWireOptions {
  /** `127.0.0.1:port`; asked anew for each connection, since what is there may have been started again elsewhere. */
  readonly to: () => string;
  /** Passes on what either side says. When one of them ends, so does the other. */
  readonly join: (client: Socket, server: Socket) => void;
}

export const startTcpWire = async ({ to, join }: TcpWireOptions): Promise<Wire> => {
  const sockets = new Set<Socket>();
  const open = (client: Socket): void => {
    const [host = '', port] = to().split(':');
    const server = connect({ host, port: Number(port), noDelay: true });
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(socket);
      // An error is followed by the end.
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    join(client, server);
  };
  const listener = createServer({ noDelay: true }, open);
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    host: `127.0.0.1:${(listener.address() as AddressInfo).port}`,
    cut,
    close: async () => {
      listener.close();
      cut();
      await once(listener, 'close');
    },
  };
};

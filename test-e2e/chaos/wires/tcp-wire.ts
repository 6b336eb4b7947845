import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { Wire } from './watch.ts';

/** Listens, and has each connection joined to another one; answers that other one. */
export const startTcpWire = async (join: (client: Socket) => Socket): Promise<Wire> => {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (client) => {
    for (const socket of [client, join(client)]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    close: async () => {
      server.close();
      cut();
      await once(server, 'close');
    },
  };
};

import type { Socket } from 'node:net';
import { startTcpWire, type TcpWireOptions } from './tcp-wire.ts';
import type { Wire } from './watch.ts';

export interface CuttingWireOptions extends Pick<TcpWireOptions, 'to'> {
  /** How many bytes of the answer to this request arrive before the connection breaks; undefined: all, and it stays. */
  readonly cutAfter: (request: string) => number | undefined;
}

const joinThrough =
  (cutAfter: CuttingWireOptions['cutAfter']) =>
  (client: Socket, server: Socket): void => {
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
      server.pause();
      // What has arrived is read before the reset is noticed.
      client.write(chunk.subarray(0, left), () => client.resetAndDestroy());
    });
  };

/** A network that breaks in the middle of an answer, at a byte of one's choice. */
export const startCuttingWire = ({ to, cutAfter }: CuttingWireOptions): Promise<Wire> =>
  startTcpWire({ to, join: joinThrough(cutAfter) });

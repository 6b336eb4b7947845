import type { IncomingMessage } from 'node:http';

const DRAIN_BYTES = 4 * 1_048_576;
const DRAIN_MS = 2_000;

/**
 * For an answer that does not wait for the whole body: what still arrives is thrown away for a moment, since a connection closed
 * at once would be reset and the client might never see the answer. A client that goes on sending is cut off.
 */
export const drainRest = (request: IncomingMessage): void => {
  if (request.complete) return;
  const { socket } = request;
  let left = DRAIN_BYTES;
  const overdue = setTimeout(() => socket.destroy(), DRAIN_MS);
  const done = (): void => clearTimeout(overdue);
  request.once('end', done).once('close', done);
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) socket.destroy();
  });
  request.resume();
};

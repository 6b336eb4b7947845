import { connect, type Socket } from 'node:net';
import { createFrames, isReadyForQuery, statementOf } from './postgres-frames.ts';
import { startTcpWire } from './tcp-wire.ts';
import type { Watch, Wire } from './watch.ts';

export interface PostgresWireOptions {
  /** `127.0.0.1:port`; asked anew for each connection. */
  readonly to: () => string;
  readonly watch: Watch;
}

/** Names exchanges: a transaction's COMMIT by the last statement in it, and what is within the transaction not at all. */
const createNaming = () => {
  let last: string | undefined;
  return (statement: string): string | undefined => {
    if (statement === 'BEGIN') last = '';
    else if (statement === 'COMMIT') {
      const name = `pg COMMIT ${last}`;
      last = undefined;
      return name;
    } else if (statement === 'ROLLBACK') last = undefined;
    else if (last === undefined) return `pg ${statement}`;
    else last = statement;
    return undefined;
  };
};

const join = (client: Socket, { to, watch }: PostgresWireOptions): Socket => {
  const [host = '', port] = to().split(':');
  const server = connect({ host, port: Number(port), noDelay: true });
  const [asked, answered] = [createFrames({ hasStartup: true }), createFrames({ hasStartup: false })];
  const nameOf = createNaming();
  let current: string | undefined;
  const end = (): void => {
    client.destroy();
    server.destroy();
  };
  for (const socket of [client, server]) socket.on('error', end).on('close', end);
  client.on('data', (chunk: Buffer) => {
    for (const frame of asked(chunk)) {
      const statement = statementOf(frame);
      const name = statement === undefined ? undefined : nameOf(statement);
      if (name === undefined) continue;
      if (watch(name, 'before')) return end();
      current = name;
    }
    server.write(chunk);
  });
  server.on('data', (chunk: Buffer) => {
    for (const frame of answered(chunk)) {
      if (!isReadyForQuery(frame) || current === undefined) continue;
      if (watch(current, 'after')) return end();
      current = undefined;
    }
    client.write(chunk);
  });
  return server;
};

/** Stands between a process and PostgreSQL, and knows which statement passes. */
export const startPostgresWire = (options: PostgresWireOptions): Promise<Wire> =>
  startTcpWire((client) => join(client, options));

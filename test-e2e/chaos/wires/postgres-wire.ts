import type { Socket } from 'node:net';
import { createFrames, isReadyForQuery, statementOf } from './postgres-frames.ts';
import { startTcpWire, type TcpWireOptions } from './tcp-wire.ts';
import type { Watch, Wire } from './watch.ts';

export interface PostgresWireOptions extends Pick<TcpWireOptions, 'to'> {
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

const joinWatched =
  (watch: Watch) =>
  (client: Socket, server: Socket): void => {
    const [asked, answered] = [createFrames({ hasStartup: true }), createFrames({ hasStartup: false })];
    const nameOf = createNaming();
    let current: string | undefined;
    client.on('data', (chunk: Buffer) => {
      for (const frame of asked(chunk)) {
        const statement = statementOf(frame);
        const name = statement === undefined ? undefined : nameOf(statement);
        if (name === undefined) continue;
        if (watch(name, 'before')) return void client.destroy();
        current = name;
      }
      server.write(chunk);
    });
    server.on('data', (chunk: Buffer) => {
      for (const frame of answered(chunk)) {
        if (!isReadyForQuery(frame) || current === undefined) continue;
        if (watch(current, 'after')) return void client.destroy();
        current = undefined;
      }
      client.write(chunk);
    });
  };

/** Stands between a process and PostgreSQL, and knows which statement passes. */
export const startPostgresWire = ({ to, watch }: PostgresWireOptions): Promise<Wire> =>
  startTcpWire({ to, join: joinWatched(watch) });

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OutboxReader, OutgoingMessage } from '@pao/bus';
import { type Database, outboxInsert, outboxValues, readOutboxLag } from '../src/index.ts';

export const message = (groupId: string, body: string): OutgoingMessage => {
  const id = randomUUID();
  return { id, destination: 'queue:tasks-default', groupId, dedupId: id, type: 'execute-task.v1', body };
};

export const write = async (database: Database, ...messages: readonly OutgoingMessage[]): Promise<void> => {
  await database.query({ text: outboxInsert(1), values: outboxValues(messages) });
};

export const bodiesOf = (messages: readonly OutgoingMessage[]) => messages.map(({ body }) => body);

export const read = (reader: OutboxReader, published: readonly OutgoingMessage[] = [], limit = 100) =>
  reader.next({ published: published.map(({ id }) => id), limit, except: [] });

export const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await condition())) await sleep(5);
};

export const isEmpty = (database: Database) => async () => (await readOutboxLag(database)).waiting === 0;

/** Applies a function to the process of whoever leads. */
const withLeader = (database: Database, call: string) =>
  database.query({
    text: `SELECT ${call} FROM pg_locks l JOIN pg_database d ON d.oid = l.database
      WHERE l.locktype = 'advisory' AND l.granted AND d.datname = current_database()
        AND (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended($1, 0)`,
    values: [`pao_outbox_${database.schema}`],
  });

/** Ends the connection that holds the lead, as a network or a server would. */
export const killLeader = (database: Database) => withLeader(database, 'pg_terminate_backend(l.pid)');

export const hasLeader = async (database: Database) => (await withLeader(database, 'l.pid')).length > 0;

import type { Destination, Lane, OutboxReader, OutgoingMessage } from '@pao/bus';
import type { SqliteDatabase } from './database.ts';

interface Row {
  readonly event_id: string;
  readonly position: number;
  readonly destination: Destination;
  readonly group_id: string;
  readonly dedup_id: string;
  readonly type: string;
  readonly body: string;
  readonly traceparent: string | null;
}

const toMessage = ({
  event_id: id,
  destination,
  group_id,
  dedup_id,
  type,
  body,
  traceparent,
}: Row): OutgoingMessage => ({
  ...{ id, destination, groupId: group_id, dedupId: dedup_id, type, body },
  ...(traceparent !== null && { traceparent }),
});

const NEXT = `SELECT position, event_id, destination, group_id, dedup_id, type, body, traceparent FROM outbox
WHERE NOT EXISTS (SELECT 1 FROM json_each(?1) AS lane
  WHERE lane.value ->> 'destination' = destination AND lane.value ->> 'groupId' IN (group_id, '*'))
ORDER BY position LIMIT ?2`;

const DELETE = 'DELETE FROM outbox WHERE position IN (SELECT value FROM json_each(?))';

/** The outbox of the one process that has the file: it always leads. */
export const createSqliteOutbox = (database: SqliteDatabase): OutboxReader => {
  /** Of the rows read last: an event that is told again is a row of its own with the same id. */
  let read: readonly Row[] = [];
  return {
    lead: async () => true,
    next: ({ published, limit, except }: { published: readonly string[]; limit: number; except: readonly Lane[] }) =>
      database.transact(() => {
        const gone = read.filter(({ event_id }) => published.includes(event_id)).map(({ position }) => position);
        if (gone.length > 0) database.run(DELETE, JSON.stringify(gone));
        read = database.all<Row>(NEXT, JSON.stringify(except), limit);
        return read.map(toMessage);
      }),
    notifyLeader: async () => {},
    onNotified: () => {},
    release: async () => {},
  };
};

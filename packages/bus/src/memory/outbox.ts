import type { OutgoingMessage } from '../messages.ts';
import { EVERY_GROUP, type OutboxReader } from '../ports.ts';

export interface MemoryOutbox extends OutboxReader {
  /** Writes rows, in order. */
  add(messages: readonly OutgoingMessage[]): void;
  rows(): readonly OutgoingMessage[];
}

/** An outbox of one process with one reader, which always leads. */
export const createMemoryOutbox = (): MemoryOutbox => {
  let rows: readonly OutgoingMessage[] = [];
  return {
    add: (messages) => {
      rows = [...rows, ...messages];
    },
    rows: () => rows,
    lead: async () => true,
    next: async ({ published, limit, except }) => {
      const gone = new Set(published);
      rows = rows.filter((row) => !gone.has(row.id));
      return rows
        .filter(
          (row) =>
            !except.some(
              (lane) =>
                lane.destination === row.destination && (lane.groupId === row.groupId || lane.groupId === EVERY_GROUP),
            ),
        )
        .slice(0, limit);
    },
    notifyLeader: async () => {},
    onNotified: () => {},
    release: async () => {},
  };
};

import type { OutgoingMessage } from '@pao/bus';
import { type Database, outboxInsert, outboxValues } from '@pao/postgres';
import type { Notices } from '../../core/ports/notices.ts';

export interface PostgresNoticesOptions {
  readonly database: Database;
  /** Called after a commit that left a message to publish. */
  readonly onMessages: () => void;
}

/** Messages that go out with no change of the ledger. */
export const createPostgresNotices = ({ database, onMessages }: PostgresNoticesOptions): Notices => ({
  tell: async (event) => {
    const message: OutgoingMessage = { ...event, destination: 'topic:task-events' };
    await database.query({ name: 'notice-tell', text: outboxInsert(1), values: outboxValues([message]) });
    onMessages();
  },
});

export { createBatcher } from './batcher.ts';
export {
  type Database,
  type DatabaseOptions,
  openDatabase,
  type Queryable,
  type Session,
  type Statement,
} from './database.ts';
export { DatabaseError } from './errors.ts';
export { type MigrateOptions, MigrationError, migrate } from './migrate/migrate.ts';
export { type OutboxLag, readOutboxLag, removeOldInboxRows } from './outbox/housekeeping.ts';
export { createOutboxReader } from './outbox/reader.ts';
export { inboxInsert, OUTBOX_PARAMETERS, outboxInsert, outboxValues } from './outbox/sql.ts';

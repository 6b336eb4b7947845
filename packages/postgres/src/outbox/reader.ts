import type { Destination, OutboxReader, OutgoingMessage } from '@pao/bus';
import { TransientError } from '@pao/kernel';
import type { Database, Session } from '../database.ts';

interface Row {
  readonly position: number;
  readonly event_id: string;
  readonly destination: Destination;
  readonly group_id: string;
  readonly dedup_id: string;
  readonly type: string;
  readonly body: string;
  readonly traceparent: string | null;
}

const toMessage = (row: Row): OutgoingMessage => ({
  id: row.event_id,
  destination: row.destination,
  groupId: row.group_id,
  dedupId: row.dedup_id,
  type: row.type,
  body: row.body,
  ...(row.traceparent === null ? {} : { traceparent: row.traceparent }),
});

/** Deleting and reading see the same snapshot, hence the second mention of $1. */
const nextStatement = (name: string, filter: string) => ({
  name,
  text: `WITH published AS (DELETE FROM outbox WHERE position = ANY ($1::bigint[]))
SELECT position, event_id, destination, group_id, dedup_id, type, body, traceparent
FROM outbox WHERE position <> ALL ($1::bigint[]) ${filter} ORDER BY position LIMIT $2`,
});

const NEXT = nextStatement('outbox-next', '');
const NEXT_EXCEPT = nextStatement(
  'outbox-next-except',
  `AND NOT EXISTS (SELECT 1 FROM unnest($3::text[], $4::text[]) AS lane (d, g) WHERE d = destination AND g IN (group_id, '*'))`,
);

/** The lead of a process that asks nothing for so long, although a leader looks every few seconds: it stands still. */
const SILENT_MS = 30_000;

/** Ends the connection that holds the lead, so that the lock is free. Whoever goes on after all has lost it, and finds out at its next read. */
const OUST = {
  name: 'outbox-oust',
  text: `SELECT pg_terminate_backend(a.pid) AS ended
FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'advisory' AND l.granted AND a.datname = current_database() AND a.usename = current_user
  AND (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended($1, 0)
  AND a.state = 'idle' AND a.state_change < now() - $2 * interval '1 millisecond'`,
};

/** A payload: there are new rows, for the leader; or the lead is free, for all others. */
type Notice = 'rows' | 'free';

/**
 * Reads a schema's outbox. The leader holds a session lock on a connection of its own and reads through that connection: who
 * has lost the lock can read nothing. When its connection ends, another reader gets the lock at its next try; when it says nothing any
 * more, the other reader ends it.
 */
class PostgresOutboxReader implements OutboxReader {
  readonly #database: Database;
  readonly #silentMs: number;
  /** Of the lock and of the channel. */
  readonly #name: string;
  readonly #listeners: (() => void)[] = [];
  /** Of the rows read last, by event id. */
  #positions = new Map<string, number>();
  #session: Session | undefined;
  #leads = false;

  constructor(database: Database, silentMs: number) {
    this.#database = database;
    this.#silentMs = silentMs;
    this.#name = `pao_outbox_${database.schema}`;
  }

  async lead(): Promise<boolean> {
    if (this.#leads) return true;
    const session = this.#session ?? (await this.#open());
    try {
      const text = 'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS locked';
      const [row] = await session.query<{ locked: boolean }>({ text, values: [this.#name] });
      // It may have ended since.
      this.#leads = row?.locked === true && this.#session === session;
      // The lock is free a moment after: it is taken at the next try.
      if (!this.#leads) await session.query({ ...OUST, values: [this.#name, this.#silentMs] });
      return this.#leads;
    } catch (thrown) {
      this.#lose(session);
      throw thrown;
    }
  }

  async next(request: Parameters<OutboxReader['next']>[0]): Promise<readonly OutgoingMessage[]> {
    const session = this.#session;
    if (session === undefined || !this.#leads) throw new TransientError('The lead of the outbox was lost.');
    const { published, limit, except } = request;
    const values = [published.flatMap((id) => this.#positions.get(id) ?? []), limit];
    const lanes = [except.map((lane) => lane.destination), except.map((lane) => lane.groupId)];
    const statement = except.length === 0 ? { ...NEXT, values } : { ...NEXT_EXCEPT, values: [...values, ...lanes] };
    const rows = await session.query<Row>(statement);
    this.#positions = new Map(rows.map((row) => [row.event_id, row.position]));
    return rows.map(toMessage);
  }

  notifyLeader(): Promise<void> {
    return this.#notify('rows');
  }

  onNotified(listener: () => void): void {
    this.#listeners.push(listener);
  }

  async release(): Promise<void> {
    const led = this.#leads;
    await this.#session?.close();
    if (led) await this.#notify('free').catch(() => {});
  }

  async #open(): Promise<Session> {
    const session = await this.#database.openSession();
    this.#session = session;
    session.onEnd(() => this.#lose(session));
    session.onNotification((_channel, notice) => {
      if (notice === (this.#leads ? 'rows' : 'free')) for (const listener of this.#listeners) listener();
    });
    try {
      await session.listen(this.#name);
      return session;
    } catch (thrown) {
      this.#lose(session);
      throw thrown;
    }
  }

  #lose(session: Session): void {
    if (this.#session !== session) return;
    this.#session = undefined;
    this.#leads = false;
    void session.close();
  }

  async #notify(notice: Notice): Promise<void> {
    const values = [this.#name, notice];
    await this.#database.query({ name: 'outbox-notify', text: 'SELECT pg_notify($1, $2)', values });
  }
}

export interface OutboxReaderOptions {
  /** A leader that asks for nothing for so long is taken to stand still, and loses the lead. 30,000 by default. */
  readonly silentMs?: number;
}

export const createOutboxReader = (database: Database, options: OutboxReaderOptions = {}): OutboxReader =>
  new PostgresOutboxReader(database, options.silentMs ?? SILENT_MS);

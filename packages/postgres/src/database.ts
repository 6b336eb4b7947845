import { Pool, type PoolClient, type QueryConfig } from 'pg';
import { type ConnectionOptions, clientConfig } from './connection.ts';
import { breaksConnection, translateError } from './errors.ts';
import { openSession } from './session.ts';

export interface Statement {
  /** Names the text, which is then prepared once a connection. For everything on a hot path; one name, one text. */
  readonly name?: string;
  readonly text: string;
  readonly values?: readonly unknown[];
}

export interface Queryable {
  /**
   * @throws TransientError when the database is away, overloaded or wants another try; whether a write was done is then unknown
   * @throws DatabaseError when it refuses the statement
   */
  query<Row>(statement: Statement): Promise<readonly Row[]>;
}

/** A connection of one's own beside the pool: its session locks and subscriptions last as long as it does. */
export interface Session extends Queryable {
  listen(channel: string): Promise<void>;
  onNotification(listener: (channel: string, payload: string) => void): void;
  /** Called once, when the connection has ended, for whatever reason. */
  onEnd(listener: () => void): void;
  close(): Promise<void>;
}

export interface Database extends Queryable {
  readonly schema: string;
  /** BEGIN, `work`, COMMIT; ROLLBACK when `work` throws. */
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
  openSession(): Promise<Session>;
  /** Resolves when the database answers. */
  ping(): Promise<void>;
  /** Waits for the statements under way and closes the pool's connections. May be called again. */
  close(): Promise<void>;
}

export interface DatabaseOptions extends ConnectionOptions {
  /** Of the pool; 10 by default. */
  readonly maxConnections?: number;
}

/** A pool of connections, opened as they are needed. `timestamptz` is a Date, `int8` a number, `date` and `numeric` a string. */
export const openDatabase = (options: DatabaseOptions): Database => {
  const pool = new Pool({
    ...clientConfig(options),
    max: options.maxConnections ?? 10,
    min: 1,
    idleTimeoutMillis: 60_000,
  });
  // Whoever uses a connection that breaks is told by the query, and an idle one has left the pool already. But an error
  // event without a listener would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));

  let closing: Promise<void> | undefined;
  const query = async <Row>(statement: Statement): Promise<readonly Row[]> => {
    const client = await connect(pool);
    return runAndRelease<Row>(client, statement);
  };
  return {
    schema: options.schema,
    query,
    transaction: async (work) => inTransaction(await connect(pool), work),
    openSession: () => openSession(options),
    ping: async () => void (await query({ name: 'ping', text: 'SELECT 1' })),
    close: () => {
      closing ??= pool.end();
      return closing;
    },
  };
};

const connect = async (pool: Pool): Promise<PoolClient> => {
  try {
    return await pool.connect();
  } catch (thrown) {
    throw translateError(thrown, 'connect');
  }
};

const run = async <Row>(client: PoolClient, statement: Statement): Promise<readonly Row[]> => {
  // pg neither keeps nor changes the statement or its values.
  const result = await client.query(statement as QueryConfig);
  return result.rows as Row[];
};

const runAndRelease = async <Row>(client: PoolClient, statement: Statement): Promise<readonly Row[]> => {
  try {
    const rows = await run<Row>(client, statement);
    client.release();
    return rows;
  } catch (thrown) {
    client.release(breaksConnection(thrown));
    throw translateError(thrown, statement.name ?? 'a statement');
  }
};

const inTransaction = async <T>(client: PoolClient, work: (tx: Queryable) => Promise<T>): Promise<T> => {
  const query = async <Row>(statement: Statement): Promise<readonly Row[]> => {
    try {
      return await run<Row>(client, statement);
    } catch (thrown) {
      broken ||= breaksConnection(thrown);
      throw translateError(thrown, statement.name ?? 'a statement');
    }
  };
  let broken = false;
  try {
    await query({ text: 'BEGIN' });
    const value = await work({ query });
    await query({ text: 'COMMIT' });
    return value;
  } catch (thrown) {
    if (!broken) await query({ text: 'ROLLBACK' }).catch(() => {});
    throw thrown;
  } finally {
    client.release(broken);
  }
};

import { type ClientConfig, types } from 'pg';

export interface ConnectionOptions {
  readonly url: string;
  /** What names without a schema mean; lower-case letters, digits and `_`. */
  readonly schema: string;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  /** A statement that runs longer is cancelled: TransientError. 30,000 by default, 0 for no limit. */
  readonly statementTimeoutMs?: number;
  /** So is one that waits longer for a lock. 10,000 by default, 0 for no limit. */
  readonly lockTimeoutMs?: number;
  /** For a new connection, or a free one of the pool. 5,000 by default. */
  readonly connectTimeoutMs?: number;
}

/** A server that does not even report its own time-out by then is gone. */
const GRACE_MS = 5_000;

type GetTypeParser = typeof types.getTypeParser;

const toSafeInteger = (text: string): number => {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new RangeError(`${text} is beyond the integers JavaScript can hold`);
};

const OWN_PARSERS: Readonly<Record<number, (text: string) => unknown>> = {
  [types.builtins.INT8]: toSafeInteger,
  // A date has no time zone, so it is no Date.
  [types.builtins.DATE]: String,
};

const getTypeParser: GetTypeParser = (type, format) =>
  (format === 'binary' ? undefined : OWN_PARSERS[type]) ?? types.getTypeParser(type, format);

export const requireSchemaName = (schema: string): string => {
  if (/^[a-z][a-z0-9_]{0,50}$/.test(schema)) return schema;
  throw new Error(`${JSON.stringify(schema)} cannot be a schema name: use lower-case letters, digits and _.`);
};

/** Everything is set while connecting, so that a new connection costs no further round trip. */
export const clientConfig = (options: ConnectionOptions): ClientConfig => {
  const { url, schema, applicationName } = options;
  const { statementTimeoutMs = 30_000, lockTimeoutMs = 10_000, connectTimeoutMs = 5_000 } = options;
  return {
    connectionString: url,
    application_name: applicationName,
    options: `-c search_path=${requireSchemaName(schema)}`,
    statement_timeout: statementTimeoutMs,
    lock_timeout: lockTimeoutMs,
    idle_in_transaction_session_timeout: 60_000,
    ...(statementTimeoutMs > 0 ? { query_timeout: statementTimeoutMs + GRACE_MS } : {}),
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: { getTypeParser },
  };
};

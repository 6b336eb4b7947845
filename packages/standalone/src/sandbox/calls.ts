import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Call } from './http.ts';

/** A call as it was received, with the status it was answered with. Never changed once written. */
export interface RecordedCall {
  /** 1, 2, 3 … in the order of arrival, over all starts. */
  readonly seq: number;
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** Names in lower case; credentials are hidden. */
  readonly headers: Readonly<Record<string, string>>;
  readonly idempotencyKey: string | null;
  /** JSON when it was sent as JSON, else text; null when empty. */
  readonly body: unknown;
  readonly status: number;
}

export interface CallFilter {
  /** A `seq`, or an ISO date and time: only later calls. */
  readonly since?: string;
  readonly path?: string;
  readonly newestFirst?: boolean;
  readonly limit?: number;
}

const SCHEMA = `
CREATE TABLE IF NOT EXISTS call (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at TEXT NOT NULL,
  method TEXT NOT NULL,
  path TEXT NOT NULL,
  query TEXT NOT NULL,
  headers TEXT NOT NULL,
  body TEXT NOT NULL,
  status INTEGER NOT NULL
);
`;

/** The append-only record of everything the sandbox was asked: what tests and people trust when the orchestrator claims. */
export class CallLedger {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;

  constructor(database: DatabaseSync) {
    database.exec(SCHEMA);
    this.#database = database;
    this.#insert = database.prepare(
      'INSERT INTO call (at, method, path, query, headers, body, status) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
  }

  append(call: Call, at: Date, status: number): void {
    const headers = JSON.stringify(visible(call.headers));
    this.#insert.run(at.toISOString(), call.method, call.path, call.query.toString(), headers, call.text, status);
  }

  count(): number {
    return Number(this.#database.prepare('SELECT count(*) AS n FROM call').get()?.['n']);
  }

  *list(filter: CallFilter = {}): Generator<RecordedCall> {
    const { since, path, newestFirst = false, limit = -1 } = filter;
    const later = since === undefined ? '1' : /^\d+$/.test(since) ? 'seq > ?' : 'at > ?';
    const there = path === undefined ? '1' : 'path = ?';
    const rows = this.#database
      .prepare(`SELECT * FROM call WHERE ${later} AND ${there} ORDER BY seq ${newestFirst ? 'DESC' : 'ASC'} LIMIT ?`)
      .iterate(...[sinceValue(since), path].filter((value) => value !== undefined), limit);
    for (const row of rows) yield toRecordedCall(row);
  }
}

const sinceValue = (since: string | undefined): string | number | undefined => {
  if (since === undefined || !/^\d+$/.test(since)) return since;
  return Number(since);
};

const toRecordedCall = (row: Record<string, unknown>): RecordedCall => {
  const headers: Record<string, string> = JSON.parse(String(row['headers']));
  return {
    seq: Number(row['seq']),
    at: String(row['at']),
    method: String(row['method']),
    path: String(row['path']),
    query: String(row['query']),
    headers,
    idempotencyKey: headers['idempotency-key'] ?? null,
    body: parsed(String(row['body'])),
    status: Number(row['status']),
  };
};

const parsed = (text: string): unknown => {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

const HIDDEN = new Set(['authorization', 'proxy-authorization', 'cookie', 'x-api-key']);

const visible = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      HIDDEN.has(name) ? `${/^\w+ /.exec(value)?.[0] ?? ''}(hidden)` : value,
    ]),
  );

import { createHash, randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { canonicalJson, type JsonObject } from '@pao/kernel';
import { type Answer, type Call, jsonBody, plainText } from './http.ts';
import { kindOf } from './kinds.ts';

const SLOW_MS = 5_000;

const SCHEMA = `
CREATE TABLE IF NOT EXISTS resource (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  created TEXT NOT NULL,
  content TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS idempotency (
  key TEXT PRIMARY KEY,
  fingerprint TEXT NOT NULL,
  resource_id TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS trouble (
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  key TEXT NOT NULL,
  PRIMARY KEY (kind, name)
) WITHOUT ROWID;
`;

const problem = (status: number, code: string, message: string): Answer => ({
  status,
  body: { error: { code, message } },
});

export type Platform = (call: Call, at: Date) => Answer;

/**
 * Plays a platform team's API: POST creates, GET reads one or all, for the kinds of `kinds.ts` and any other plural. An Idempotency-Key makes a
 * repeated call answer with what the first one created. Parts of a name ask for trouble: `fail` is refused with 422; `flaky` is created,
 * but the answer is 503; `slow` takes five seconds. Trouble is over once a call comes with another key: somebody decided to try again.
 */
export const createPlatform = (database: DatabaseSync): Platform => {
  database.exec(SCHEMA);
  const insertResource = database.prepare('INSERT INTO resource (id, kind, created, content) VALUES (?, ?, ?, ?)');
  const selectResource = database.prepare('SELECT content FROM resource WHERE kind = ? AND id = ?');
  const selectAll = database.prepare('SELECT content FROM resource WHERE kind = ? ORDER BY created DESC LIMIT 100');
  const insertKey = database.prepare('INSERT INTO idempotency (key, fingerprint, resource_id) VALUES (?, ?, ?)');
  const selectKey = database.prepare(
    'SELECT fingerprint, content FROM idempotency JOIN resource ON id = resource_id WHERE key = ?',
  );

  const insertTrouble = database.prepare('INSERT OR IGNORE INTO trouble (kind, name, key) VALUES (?, ?, ?)');
  const selectTrouble = database.prepare('SELECT key FROM trouble WHERE kind = ? AND name = ?');

  /** Trouble lasts for the key it began with, and for calls without one. */
  const isTroubled = (kind: string, name: string, key = ''): boolean => {
    insertTrouble.run(kind, name, key);
    return selectTrouble.get(kind, name)?.['key'] === key;
  };

  const create = (kind: string, call: Call, at: Date): Answer => {
    const request = jsonBody(call);
    const name = request?.['name'];
    if (request === undefined) return problem(400, 'malformed_body', 'The body must be a JSON object.');
    if (typeof name !== 'string' || name === '') return problem(422, 'name_missing', 'A name is needed.');
    const key = call.headers['idempotency-key'];
    const fingerprint = createHash('sha256')
      .update(`${call.path}\n${canonicalJson(request)}`)
      .digest('base64');
    const stored = key === undefined ? undefined : selectKey.get(key);
    if (stored !== undefined) return replay(stored, fingerprint);
    if (name.includes('fail') && isTroubled(kind, name, key))
      return problem(422, 'quota_exceeded', `The quota for ${kind} is used up.`);
    const id = `${kindOf(kind)?.prefix}-${randomBytes(6).toString('hex')}`;
    const resource = describe(kind, id, request, at);
    insertResource.run(id, kind, at.toISOString(), JSON.stringify(resource));
    if (key !== undefined) insertKey.run(key, fingerprint, id);
    if (name.includes('flaky') && isTroubled(kind, name, key))
      return problem(503, 'upstream_unavailable', 'The outcome is not known.');
    const answer = { status: 201, body: resource, headers: { location: `${call.path}/${id}` } };
    return name.includes('slow') ? { ...answer, delayMs: SLOW_MS } : answer;
  };

  return (call, at) => {
    const [, , kind = '', id, ...rest] = call.path.split('/');
    if (!kindOf(kind) || rest.length > 0) return problem(404, 'not_found', 'There is no such path.');
    if (call.method === 'POST' && id === undefined) return create(kind, call, at);
    if (call.method !== 'GET') return problem(405, 'method_not_allowed', 'Only GET, and POST without an id.');
    if (id === undefined) return { status: 200, body: { items: selectAll.all(kind).map(contentOf) } };
    const row = selectResource.get(kind, id);
    return row === undefined ? problem(404, 'not_found', `There is no ${id}.`) : { status: 200, body: contentOf(row) };
  };
};

const contentOf = (row: Record<string, unknown>): unknown => JSON.parse(String(row['content']));

const replay = (stored: Record<string, unknown>, fingerprint: string): Answer =>
  stored['fingerprint'] === fingerprint
    ? { status: 201, body: contentOf(stored), headers: { 'idempotency-replayed': 'true' } }
    : problem(422, 'idempotency_key_reused', 'This Idempotency-Key came with another body before.');

const describe = (kind: string, id: string, request: JsonObject, at: Date): JsonObject => {
  const name = plainText(request['name']);
  return {
    id,
    name,
    status: 'available',
    ...kindOf(kind)?.describe(name, request),
    createdAt: at.toISOString(),
  };
};

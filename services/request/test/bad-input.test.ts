import { Buffer } from 'node:buffer';
import { Agent, request as httpRequest } from 'node:http';
import { type Operation, operations, type RequestSummary } from '@pao/contracts';
import { createCursor } from '@pao/http';
import test from 'ava';
import { z } from 'zod';
import { anItem } from './documents.ts';
import { required, uuid } from './given.ts';
import { developer, type RunningService, startService } from './running-service.ts';

const NOTE = { id: 'note', name: 'Note', type: 'string' } as const;

const body = (input: unknown = { name: 'orders' }) => ({
  items: [{ schemaVersion: 'catalog/v1', catalogItemId: 'database-standard', input }],
});

/** What it answers to bytes as they are, and the fields it names. */
const post = async (
  service: RunningService,
  path: string,
  content: string | Buffer,
  more: Record<string, string> = {},
) => {
  const headers = { 'content-type': 'application/json', ...(await service.headers()), ...more };
  const response = await fetch(service.url + path, {
    method: 'POST',
    headers,
    body: new Uint8Array(Buffer.from(content)),
  });
  const { error } = (await response.json()) as {
    error?: { code: string; message: string; details: { field: string; issue: string }[] };
  };
  return { status: response.status, code: error?.code, message: error?.message, details: error?.details ?? [] };
};

const stored = async ({ database }: RunningService): Promise<number> => {
  const tables = ['requests', 'request_states', 'tasks', 'audit', 'answers', 'outbox'];
  const counts = tables.map((table) => `(SELECT count(*) FROM ${table})`).join(' + ');
  const [row] = await database.query<{ total: string }>({ text: `SELECT ${counts} AS total` });
  return Number(row?.total);
};

test('text that can’t be kept, and input of absurd size or depth, is refused with its place, and nothing is stored', async (t) => {
  const service = await startService(t);
  await service.offer(anItem({ fields: [NOTE] }));
  const note = (json: string): string =>
    JSON.stringify(body({ name: 'a', basic: { note: '@' } })).replace('"@"', () => json);
  const field = 'items[0].input.basic.note';
  const deep = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
  const cases: readonly (readonly [string, string | Buffer, number, string | undefined])[] = [
    ['U+0000', note('"a\\u0000b"'), 400, undefined],
    ['half a surrogate pair', note('"a\\ud800"'), 422, field],
    ['the other half', note('"\\udc00b"'), 422, field],
    ['invalid UTF-8', Buffer.concat([Buffer.from(note('"@')), Buffer.from([0xc3, 0x28])]), 400, undefined],
    ['overlong UTF-8', Buffer.from(note('"@"').replace('@', '\xc0\x80'), 'latin1'), 400, undefined],
    ['a field of a megabyte', note(`"${'x'.repeat(1_000_000)}"`), 422, field],
    ['a body that is too long', note(`"${'x'.repeat(1_100_000)}"`), 413, undefined],
    ['a depth bomb', note(deep(10_000)), 400, undefined],
    ['a deep value', note(deep(25)), 422, field],
    ['a name of a megabyte', JSON.stringify(body({ name: 'x'.repeat(1_000_000) })), 422, 'items[0].input.name'],
    ['__proto__', JSON.stringify(body()).replace('"name"', '"__proto__":{"a":1},"name"'), 400, undefined],
  ];
  for (const [title, content, status, place] of cases) {
    const answer = await post(service, '/requests', content);
    t.is(answer.status, status, `${title}: ${answer.message}`);
    if (place !== undefined)
      t.true(
        answer.details.some(({ field: named }) => named.startsWith(place)),
        title,
      );
  }
  t.is(await stored(service), 0);
});

/** A body with which each operation gets as far as asking for its request. */
const BODIES: Readonly<Record<string, unknown>> = {
  decideTask: { approved: true },
  rejectApproval: { comment: 'no' },
  escalateRequest: { reason: 'a reason' },
  resumeRequest: { reason: 'a reason' },
  completeTask: { outputs: {} },
};

const ofOneRequest = Object.values<Operation>(operations).filter(
  ({ service, path }) => service === 'request' && path.includes('{'),
);

test('an id that does not exist and an id of another tenant are told alike, whatever is asked of it', async (t) => {
  const service = await startService(t);
  await service.offer(anItem());
  const foreigner = { ...developer, tenant: 'elsewhere', roles: ['admin'] };
  const theirs = required((await service.submit(body(), { identity: foreigner })).body.data.requests[0]);
  const unknown = uuid(404);
  t.true(ofOneRequest.length >= 10);
  for (const operation of ofOneRequest) {
    const ask = async (id: string) => {
      const path = operation.path.replaceAll(/\{\w+\}/g, id);
      const headers = { 'content-type': 'application/json', ...(await service.headers()) };
      const content = operation.method === 'POST' && { body: JSON.stringify(BODIES[operation.id] ?? {}) };
      const response = await fetch(service.url + path, { method: operation.method, headers, ...content });
      const { error } = (await response.json()) as { error: { code: string; message: string; details: unknown } };
      const message = error.message.replaceAll(id, '<id>');
      return { status: response.status, code: error.code, message, details: error.details };
    };
    const answer = await ask(theirs.id);
    t.is(answer.status, 404, `${operation.id}: ${answer.message} ${JSON.stringify(answer.details)}`);
    t.deepEqual(answer, await ask(unknown), operation.id);
    // What a callback has is no id but a secret: whatever is not one is unknown.
    const malformed = operation.id === 'receiveCallback' ? 404 : 400;
    t.is((await ask('not-an-id')).status, malformed, operation.id);
  }
});

const paged = Object.values<Operation>(operations).filter(
  ({ service, path, paginated }) => service === 'request' && paginated && !path.includes('{'),
);

test('a cursor that was altered, is of another list or format, or of another tenant, is refused', async (t) => {
  const service = await startService(t);
  await service.offer(anItem());
  for (let n = 0; n < 3; n += 1) await service.accept(body());
  const { pagination } = (await service.get<RequestSummary[]>('/requests?limit=1')).body;
  const cursor = required(pagination.nextCursor);
  const statusOf = async (path: string, text: string, identity = developer) =>
    (await service.get(`${path}${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(text)}`, { identity }))
      .status;
  t.is(await statusOf('/requests?limit=1', cursor), 200);
  for (const index of [0, 5, 20, Math.floor(cursor.length / 2), cursor.length - 5]) {
    const altered = cursor.slice(0, index) + (cursor[index] === 'A' ? 'B' : 'A') + cursor.slice(index + 1);
    t.is(await statusOf('/requests?limit=1', altered), 400, `character ${index}`);
  }
  t.is(await statusOf('/requests?limit=1&status=failed', cursor), 400);
  t.is(await statusOf('/requests', cursor, { ...developer, tenant: 'elsewhere' }), 400);
  const older = createCursor('requests-1', z.strictObject({ id: z.string() })).encode({ id: uuid(1) });
  const strange = ['x', '%00', '{}', Buffer.from('{"v":1}').toString('base64url'), older, 'A'.repeat(1_001)];
  t.true(paged.length >= 4);
  for (const { path, id } of paged) {
    for (const text of strange) t.is(await statusOf(path, text), 400, `${id} ${text.slice(0, 20)}`);
    if (path !== '/requests') t.is(await statusOf(path, cursor), 400, id);
  }
});

test('a decision that is not possible now names those that are, and one on what was not seen says how it is', async (t) => {
  const service = await startService(t);
  await service.offer(anItem());
  const { id } = await service.accept(body());
  const retry = await post(service, `/requests/${id}/retry`, '{}');
  t.is(retry.status, 409);
  const possible = retry.details.filter(({ field }) => field === 'possible').map(({ issue }) => issue);
  t.true(possible.includes('abort') && !possible.includes('retry'), possible.join());
  const stale = await post(service, `/requests/${id}/abort`, '{"version":99}');
  t.is(stale.status, 409);
  t.deepEqual(
    stale.details.filter(({ field }) => field === 'version' || field === 'status'),
    [
      { field: 'status', issue: 'submitted' },
      { field: 'version', issue: '1' },
    ],
  );
  t.is((await service.get(`/requests/${id}`)).body.data.version, 1);
});

test('ten thousand submissions with one key at once are one', async (t) => {
  t.timeout(120_000);
  const service = await startService(t);
  await service.offer(anItem());
  const agent = new Agent({ keepAlive: true, maxSockets: 100 });
  t.teardown(() => agent.destroy());
  const content = JSON.stringify(body());
  const headers = { 'content-type': 'application/json', 'idempotency-key': 'the-one', ...(await service.headers()) };
  const submit = () =>
    new Promise<string>((resolve, reject) => {
      const outgoing = httpRequest(`${service.url}/requests`, { method: 'POST', headers, agent }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (piece: string) => {
          text += piece;
        });
        response.on('end', () => resolve(`${response.statusCode} ${text}`));
      });
      outgoing.on('error', reject);
      outgoing.end(content);
    });
  const answers = await Promise.all(Array.from({ length: 10_000 }, submit));
  const accepted = new Set(answers.filter((answer) => !answer.startsWith('409 ')));
  t.is(accepted.size, 1, [...accepted].slice(0, 3).join('\n'));
  t.regex([...accepted].join(''), /^202 /);
  const [row] = await service.database.query<{ count: number }>({ text: 'SELECT count(*) AS count FROM requests' });
  t.is(row?.count, 1);
});

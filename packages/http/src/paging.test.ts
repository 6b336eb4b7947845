import test from 'ava';
import { z } from 'zod';
import { createCursor, invalidCursor, page } from './index.ts';

const cursor = createCursor('requests-1', z.tuple([z.iso.datetime(), z.uuid()]));
const position: [string, string] = ['2026-11-21T00:00:00.000Z', '01920000-0000-7000-8000-000000000000'];

test('a cursor gives back the position it was made of, as text fit for a query', (t) => {
  const text = cursor.encode(position);
  t.regex(text, /^[\w-]+$/);
  t.deepEqual(cursor.decode(text), { ok: true, value: position });
});

test('a cursor of another list, version or shape is refused', (t) => {
  const others = [
    createCursor('requests-2', z.tuple([z.iso.datetime(), z.uuid()])).encode(position),
    Buffer.from('{"version":"requests-1","position":["x","y"]}').toString('base64url'),
    Buffer.from('null').toString('base64url'),
    Buffer.from('{').toString('base64url'),
    '',
    '\u0000',
    '%%%',
  ];
  for (const text of others) t.deepEqual(cursor.decode(text), { ok: false, error: { kind: 'invalid-cursor' } }, text);
  t.is(invalidCursor().error.status, 400);
});

test('a page drops the row too many, which says that there is more', (t) => {
  const cursorOf = (row: number) => `after ${row}`;
  t.deepEqual(page([1, 2, 3], 2, cursorOf), { data: [1, 2], pagination: { hasMore: true, nextCursor: 'after 2' } });
  t.deepEqual(page([1, 2], 2, cursorOf), { data: [1, 2], pagination: { hasMore: false, nextCursor: null } });
  t.deepEqual(page([], 2, cursorOf), { data: [], pagination: { hasMore: false, nextCursor: null } });
});

import { randomBytes } from 'node:crypto';
import test from 'ava';
import { canonicalJson, createUuidV7, isJsonObject } from './index.ts';

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test('ids are version 7 UUIDs that sort in the order they were made, also within one millisecond', (t) => {
  const newId = createUuidV7(() => 1_700_000_000_000, randomBytes);
  const ids = Array.from({ length: 10_000 }, newId);
  t.true(ids.every((id) => UUID_V7.test(id)));
  t.deepEqual(ids.toSorted(), ids);
  t.is(new Set(ids).size, ids.length);
});

test('ids keep their order when the clock steps back', (t) => {
  let ms = 1_700_000_000_000;
  const newId = createUuidV7(() => ms, randomBytes);
  const before = newId();
  ms -= 60_000;
  t.true(newId() > before);
});

test('canonical JSON is the same text whatever the order of the keys', (t) => {
  t.is(canonicalJson({ b: [1, { d: 'é', c: null }], a: undefined }), '{"b":[1,{"c":null,"d":"é"}]}');
  t.is(canonicalJson({ x: 1, y: 2 }), canonicalJson({ y: 2, x: 1 }));
});

test('a JSON object is neither null nor an array nor an instance', (t) => {
  t.true(isJsonObject({}));
  t.true(isJsonObject(Object.create(null)));
  for (const other of [null, [], new Date(), 'x', 1]) t.false(isJsonObject(other));
});

import test from 'ava';
import { bodyFingerprint } from './index.ts';

test('bodies that only differ in the order of their members have one fingerprint', (t) => {
  t.is(bodyFingerprint({ a: 1, b: [{ c: 2, d: 3 }] }), bodyFingerprint({ b: [{ d: 3, c: 2 }], a: 1 }));
  t.regex(bodyFingerprint({}), /^[\da-f]{64}$/);
});

test('bodies that differ in a value or in the order of a list do not', (t) => {
  const prints = [{ a: 1 }, { a: '1' }, { a: [1, 2] }, { a: [2, 1] }, { a: null }, {}, undefined].map(bodyFingerprint);
  t.is(new Set(prints).size, prints.length);
});

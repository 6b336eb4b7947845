import test from 'ava';
import { toStorable, unstorablePath } from './storable.ts';

test('the first text that can’t be kept is named by its path', (t) => {
  t.is(unstorablePath({ a: 'x', b: ['😀', { c: 'y' }], d: null, e: 1 }), undefined);
  t.is(unstorablePath({ a: 'x', b: ['y', { c: 'z\0' }] }), 'b[1].c');
  t.is(unstorablePath({ a: { b: 'half \ud83d' } }), 'a.b');
  t.is(unstorablePath({ a: { 'k\0': 1 } }), 'a');
  t.is(unstorablePath('\udc00'), '');
});

test('what others report is made storable, and left alone when it is', (t) => {
  const fine = { a: ['x', { b: 1 }] };
  t.is(toStorable(fine), fine);
  const mended = { 'k\ufffd': ['x\ufffdy', '\ufffd', 1, null, { a: true }] };
  t.deepEqual(toStorable({ 'k\0': ['x\0y', '\ud83d', 1, null, { a: true }] }) as object, mended);
});

import test from 'ava';
import { newId, randomIdBytes } from './random.ts';

test('no bytes are given out twice, whatever pieces are asked for', (t) => {
  const seen = new Set<string>();
  for (let n = 0; n < 6_000; n += 1) seen.add(randomIdBytes(8 + (n % 9)).toString('hex'));
  t.is(seen.size, 6_000);
});

test('bytes stay what they are when others are asked for', (t) => {
  const given = randomIdBytes(64);
  const before = given.toString('hex');
  for (let n = 0; n < 300; n += 1) randomIdBytes(64);
  t.is(given.toString('hex'), before);
});

test('ids are unique and in order', (t) => {
  const ids = Array.from({ length: 5_000 }, newId);
  t.is(new Set(ids).size, ids.length);
  t.deepEqual(ids.toSorted(), ids);
});

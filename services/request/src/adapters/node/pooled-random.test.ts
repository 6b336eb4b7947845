import { createUuidV7 } from '@pao/kernel';
import test from 'ava';
import { createPooledRandom } from './pooled-random.ts';

test('no bytes are given out twice, whatever pieces are asked for', (t) => {
  const random = createPooledRandom();
  const seen = new Set<string>();
  for (let n = 0; n < 3_000; n += 1) seen.add(Buffer.from(random(8 + (n % 9))).toString('hex'));
  t.is(seen.size, 3_000);
});

test('ids made of it are unique and in order', (t) => {
  const newId = createUuidV7(() => 1_700_000_000_000, createPooledRandom());
  const ids = Array.from({ length: 5_000 }, newId);
  t.is(new Set(ids).size, ids.length);
  t.deepEqual(ids.toSorted(), ids);
});

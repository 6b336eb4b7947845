import test from 'ava';
import { outgoing } from '../../test/messages.ts';
import { inTens, toBatches, toRounds } from './batches.ts';

test('rounds hold at most one message of a group and keep each group in order', (t) => {
  const messages = ['a1', 'a2', 'b1', 'c1', 'a3', 'c2'].map((body) => outgoing({ body, groupId: body.slice(0, 1) }));
  t.deepEqual(
    toRounds(messages).map((round) => round.map(({ body }) => body)),
    [['a1', 'b1', 'c1'], ['a2', 'c2'], ['a3']],
  );
});

test('batches hold at most ten messages and stay below the size of a call, but for a message that is larger alone', (t) => {
  const small = Array.from({ length: 25 }, () => outgoing());
  t.deepEqual(
    toBatches(small, 1024 * 1024).map(({ length }) => length),
    [10, 10, 5],
  );
  const sizes = [100, 100, 9_000, 100].map((size) => outgoing({ body: 'é'.repeat(size / 2) }));
  t.deepEqual(
    toBatches(sizes, 2_000).map((batch) => batch.map(({ body }) => Buffer.byteLength(body))),
    [[100, 100], [9_000], [100]],
  );
});

test('nothing is no batch', (t) => {
  t.deepEqual(inTens([]), []);
  t.deepEqual(toBatches([], 10), []);
  t.deepEqual(
    inTens(Array.from({ length: 21 }, (_, index) => index)).map(({ length }) => length),
    [10, 10, 1],
  );
});

import test from 'ava';
import { type Bucket, fullBucket, isFull, take } from './token-bucket.ts';

const limits = { perSecond: 10, burst: 3 };

const takeMany = (bucket: Bucket, count: number, at: number) => {
  let current = bucket;
  const results = Array.from({ length: count }, () => {
    const taken = take(current, limits, at);
    current = taken.bucket;
    return taken;
  });
  return { bucket: current, results };
};

test('a burst passes, the next call is told how long to wait', (t) => {
  const { results } = takeMany(fullBucket(limits, 0), 4, 0);
  t.deepEqual(
    results.map(({ ok }) => ok),
    [true, true, true, false],
  );
  t.like(results[3], { retryAfterMs: 100 });
});

test('calls come back at the rate, and never more than a burst', (t) => {
  const { bucket } = takeMany(fullBucket(limits, 0), 3, 0);
  t.false(take(bucket, limits, 99).ok);
  t.true(take(bucket, limits, 100).ok);
  const later = takeMany(bucket, 4, 60_000);
  t.is(later.results.filter(({ ok }) => ok).length, 3);
});

test('a refused call costs nothing', (t) => {
  const { bucket } = takeMany(fullBucket(limits, 0), 3, 0);
  const after = takeMany(bucket, 50, 50).bucket;
  t.true(take(after, limits, 100).ok);
});

test('a clock that steps back gives and takes nothing', (t) => {
  const { bucket } = takeMany(fullBucket(limits, 1_000), 3, 1_000);
  t.false(take(bucket, limits, 0).ok);
});

test('a bucket is full again after a quiet time', (t) => {
  const { bucket } = takeMany(fullBucket(limits, 0), 3, 0);
  t.false(isFull(bucket, limits, 299));
  t.true(isFull(bucket, limits, 300));
});

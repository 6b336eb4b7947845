import test from 'ava';
import { createBatcher } from './batcher.ts';

/** Doubles numbers; 13 is at fault for every run it is part of. */
const doubling = (capacity = 100) => {
  const runs: (readonly number[])[] = [];
  const double = createBatcher<number, number>({
    run: async (inputs) => {
      runs.push(inputs);
      await new Promise(setImmediate);
      if (inputs.includes(13)) throw new RangeError('unlucky');
      if (inputs.includes(14)) throw new TypeError('away');
      return inputs.map((input) => input * 2);
    },
    blames: (thrown) => thrown instanceof RangeError,
    weigh: (input) => (input > 1_000 ? 50 : 1),
    capacity,
  });
  return { double, runs };
};

test('calls of one moment share a run, and each gets its own answer', async (t) => {
  const { double, runs } = doubling();
  t.deepEqual(await Promise.all([1, 2, 3].map(double)), [2, 4, 6]);
  t.deepEqual(runs, [[1, 2, 3]]);
});

test('what comes while a run is under way goes into the next', async (t) => {
  const { double, runs } = doubling();
  const first = double(1);
  await new Promise(setImmediate);
  const rest = [2, 3].map(double);
  t.deepEqual(await Promise.all([first, ...rest]), [2, 4, 6]);
  t.deepEqual(runs, [[1], [2, 3]]);
  t.is(await double(4), 8);
});

test('a run takes no more than its capacity, and a call that alone is more gets one of its own', async (t) => {
  const { double, runs } = doubling(60);
  await Promise.all([1, 1_001, 2, 1_002, 1_003].map(double));
  t.deepEqual(runs, [[1, 1_001, 2], [1_002], [1_003]]);
  const small = doubling(10);
  await Promise.all([1_001, 1].map(small.double));
  t.deepEqual(small.runs, [[1_001], [1]]);
});

test('the culprit of a failed run fails alone', async (t) => {
  const { double } = doubling();
  const settled = await Promise.allSettled([1, 13, 2].map(double));
  t.deepEqual(
    settled.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
});

test('a failure that is nobody’s fault is everybody’s', async (t) => {
  const { double, runs } = doubling();
  const settled = await Promise.allSettled([1, 14, 2].map(double));
  t.true(settled.every(({ status }) => status === 'rejected'));
  t.is(runs.length, 1);
  t.is(await double(5), 10);
});

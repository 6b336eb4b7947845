import test from 'ava';
import { eventually } from './eventually.ts';

test('the first answer that is there is the result', async (t) => {
  const answers = [undefined, false, 'there', 'later'] as const;
  let asked = 0;
  t.is(await eventually(() => answers[asked++]), 'there');
  t.is(await eventually(async () => 0), 0);
});

test('what was thrown before an answer came is forgotten, and at the end thrown', async (t) => {
  let asked = 0;
  const ask = () => {
    asked += 1;
    if (asked < 3) throw new Error('not yet');
    return asked;
  };
  t.is(await eventually(ask), 3);
  await t.throwsAsync(
    eventually(
      () => {
        throw new Error('never');
      },
      { timeoutMs: 20 },
    ),
    { message: 'never' },
  );
  await t.throwsAsync(
    eventually(() => false, { timeoutMs: 20 }),
    { message: 'not within 20 ms' },
  );
});

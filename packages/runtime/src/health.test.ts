import test from 'ava';
import { checkReadiness } from './index.ts';

const fine = { name: 'database', check: async () => undefined };

test('all checks that pass make a service ready', async (t) => {
  t.deepEqual(await checkReadiness([fine]), { ready: true, checks: [{ name: 'database', ok: true }] });
  t.true((await checkReadiness([])).ready);
});

test('one check that fails makes it not ready, and says why', async (t) => {
  const broken = { name: 'bus', check: () => Promise.reject(new Error('refused')) };
  const { ready, checks } = await checkReadiness([fine, broken]);
  t.false(ready);
  t.deepEqual(checks[1], { name: 'bus', ok: false, reason: 'refused' });
});

test('a check that throws at once is a failed check', async (t) => {
  const broken = {
    name: 'bus',
    check: (): Promise<void> => {
      throw new Error('bug');
    },
  };
  t.false((await checkReadiness([broken])).ready);
});

test('a check that never answers is given up', async (t) => {
  const hanging = { name: 'bus', check: () => new Promise<void>(() => undefined) };
  const { checks } = await checkReadiness([hanging], 20);
  t.is(checks[0]?.reason, 'no answer within 20 ms');
});

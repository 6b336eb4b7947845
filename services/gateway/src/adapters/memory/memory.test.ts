import { createHash } from 'node:crypto';
import test from 'ava';
import { createMemoryKeyStore } from './memory-key-store.ts';
import { createMemoryRateLimits } from './memory-rate-limits.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

test('a key is known by its hash alone, in either case', (t) => {
  const rest = { email: 'ci@example.test', teams: ['a'], roles: ['viewer'], tenant: 'default' };
  const keys = createMemoryKeyStore([
    { name: 'ci', sha256: sha256('one'), ...rest },
    { name: 'cd', sha256: sha256('two').toUpperCase(), ...rest },
  ]);
  t.deepEqual(keys.holderOf('one'), { subject: 'key:ci', name: 'ci', ...rest });
  t.is(keys.holderOf('two')?.subject, 'key:cd');
  for (const other of ['', 'on', 'one ', sha256('one')]) t.is(keys.holderOf(other), undefined);
  t.is(keys.holderOf('one'), keys.holderOf('one'), 'the same object, so that its signed identity is kept');
});

test('each caller has an allowance of its own', (t) => {
  const limits = createMemoryRateLimits({ perSecond: 1, burst: 1 }, () => 0);
  t.true(limits.take('a').ok);
  t.false(limits.take('a').ok);
  t.true(limits.take('b').ok);
});

test('a limit of 0 is none', (t) => {
  const limits = createMemoryRateLimits({ perSecond: 0, burst: 1 }, () => 0);
  for (let count = 0; count < 10; count += 1) t.true(limits.take('a').ok);
});

test('a flood of callers does not grow the memory, nor forget who is over the limit', (t) => {
  let time = 0;
  const limits = createMemoryRateLimits({ perSecond: 1, burst: 2 }, () => time);
  for (let count = 0; count < 100_000; count += 1) limits.take(`address ${count}`);
  time = 1_500;
  t.true(limits.take('greedy').ok);
  t.true(limits.take('greedy').ok);
  t.false(limits.take('greedy').ok);
  for (let count = 0; count < 50_000; count += 1) limits.take(`other ${count}`);
  t.false(limits.take('greedy').ok);
});

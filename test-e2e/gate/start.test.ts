import { readFileSync } from 'node:fs';
import test from 'ava';
import { START } from '../harness/standalone.ts';

test('the tests and the benchmark start the system as npm start does', (t) => {
  const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    readonly scripts: { readonly start: string };
  };
  t.is(scripts.start, ['node', ...START].join(' '));
});

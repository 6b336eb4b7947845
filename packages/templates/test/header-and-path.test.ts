import { deepStrictEqual } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { validateHeaderValue } from 'node:http';
import { posix, win32 } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { parseTemplate, renderTemplate, type Target } from '../src/index.ts';
import { hostileText } from './arbitraries.ts';
import { holds } from './property.ts';
import { failure, scopeOf, text, UNHURRIED } from './support.ts';

/** The rendered text, or nothing when the value was refused. */
const tryText = (source: string, target: Target, x: string): string | undefined => {
  const parsed = parseTemplate(source);
  const result = parsed.ok ? renderTemplate(parsed.value, target, scopeOf({ x }), UNHURRIED) : undefined;
  return result?.ok ? result.value.text : undefined;
};

test('a header carries text of one line', (t) => {
  t.is(
    text('v1 {{.current.x}}; n={{.current.n}}; l={{.current.l}}', 'header', { x: 'Zoë', n: 5, l: ['a', 'b'] }),
    'v1 Zoë; n=5; l=a,b',
  );
});

for (const x of ['a\r\nX-Evil: 1', 'a\n', '\r', '\0', '\t', '\u007f', '\u0085', '→']) {
  test(`a header refuses ${JSON.stringify(x)}`, (t) => {
    t.is(failure('v {{.current.x}}', 'header', scopeOf({ x })).code, 'unrepresentable');
  });
}

test('whatever the value, a header is one that HTTP clients send as it is, or is refused', (t) => {
  holds(
    t,
    fc.property(hostileText, (x) => {
      const sent = tryText('v={{.current.x}};', 'header', x);
      if (sent === undefined) return;
      validateHeaderValue('x', sent);
      deepStrictEqual(new Headers([['x', sent]]).get('x'), `v=${x};`);
    }),
  );
});

test('a path takes a value as one segment or a part of one', (t) => {
  t.is(
    text('envs/{{.current.x}}/{{.current.n}}-{{.current.x}}.yaml', 'path', { x: 'orders db', n: 5 }),
    'envs/orders db/5-orders db.yaml',
  );
});

for (const x of ['a/b', 'a\\b', 'a:b', '..', 'a..b', '\0', 'a\n', '', null, ['a'], { a: 1 }]) {
  test(`a path refuses ${JSON.stringify(x)}`, (t) => {
    t.is(failure('envs/x{{.current.x}}', 'path', scopeOf({ x })).code, 'unrepresentable');
  });
}

for (const [source, x] of [
  ['a/{{.current.x}}/b', '.'],
  ['a/.{{.current.x}}', '.'],
  ['{{.current.x}}/config', '.git'],
  ['{{.current.x}}/config', '.GIT '],
  ['{{.current.x}}/config', '.g\u200dit'],
  ['{{.current.x}}', 'x'.repeat(256)],
] as const) {
  test(`no path comes about from ${JSON.stringify(x.slice(0, 9))} in ${source}`, (t) => {
    t.is(failure(source, 'path', scopeOf({ x })).code, 'invalid-result');
  });
}

test('whatever the value, a path leads to where the template says, or is refused', (t) => {
  holds(
    t,
    fc.property(hostileText, (x) => {
      const path = tryText('envs/{{.current.x}}/{{.current.x}}.yaml', 'path', x);
      if (path === undefined) return;
      deepStrictEqual(path.split('/'), ['envs', x, `${x}.yaml`]);
      deepStrictEqual(posix.resolve('/repo', path), `/repo/envs/${x}/${x}.yaml`);
      deepStrictEqual(win32.normalize(path).split('\\').length, 3);
    }),
  );
});

for (const x of ['a b', 'a~1', 'a^', 'a:b', 'a?', 'a*', 'a[', 'a\\b', 'a..b', '@{', 'a/b', '', '\u007f']) {
  test(`a branch name refuses ${JSON.stringify(x)}`, (t) => {
    t.is(failure('pao/{{.current.x}}', 'git-ref', scopeOf({ x })).code, 'unrepresentable');
  });
}

for (const [source, x] of [
  ['{{.current.x}}', '-f'],
  ['pao/{{.current.x}}', 'x.lock'],
  ['pao/{{.current.x}}', '.x'],
  ['pao/{{.current.x}}', 'x.'],
  ['{{.current.x}}', '@'],
] as const) {
  test(`no branch name comes about from ${JSON.stringify(x)} in ${source}`, (t) => {
    t.is(failure(source, 'git-ref', scopeOf({ x })).code, 'invalid-result');
  });
}

test('git takes every branch name that is not refused', (t) => {
  const taken = fc
    .sample(hostileText, { numRuns: 600, seed: 11 })
    .flatMap((x) => tryText('pao/{{.current.x}}', 'git-ref', x) ?? []);
  t.true(taken.length > 30);
  for (const name of taken.slice(0, 100))
    t.notThrows(() => execFileSync('git', ['check-ref-format', '--branch', name]));
});

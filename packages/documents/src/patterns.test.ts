import test from 'ava';
import { MAX_LINE_LENGTH } from './limits.ts';
import { compilePattern } from './patterns.ts';

/** Bodies that make a backtracking engine try everything, after published collections of such patterns. */
const BODIES = [
  '(a+)+',
  '(a*)*',
  '(a|a)*',
  '(a|aa)+',
  '(a+a+)+',
  '(a*a*)*',
  '([a-zA-Z]+)*',
  '(.*a){12}',
  '(a?){30}a{30}',
  '(a{1,30}){1,30}',
  '(\\w+\\s?)*',
  '(\\d+)*',
  '([^b]+)+',
  '(.+)+',
  '(.*)*',
  '(?:a+)+',
  '((a+)b?)+',
  '(a|b|ab)*',
  '((a|b)+)*',
  '(a+|b+)*',
  '([a-z0-9]+-?)+',
  '(\\w|\\w\\w)+',
  '(aa|a)*',
  '(x+x+)+y',
  '(a+){10}',
  '(((a+)+)+)+',
  '(a*?)*',
  '(a+?)+',
  '([ab]*a)*',
  '(a.?)*',
  '(\\S+\\s*)*',
  '([\\w.]+)*@',
  '(ab?)*',
  '(a|a?)+',
  '(\\p{L}+)*',
  '(?i:(A+)+)',
  '(a{2,}){2,}',
  '(aaa|aa|a)+',
  '([a-c]+[a-d]+)+',
  '(\\.?a+)+',
];
const ENDS: readonly (readonly [pattern: (body: string) => string, value: (length: number) => string])[] = [
  [(body) => `^${body}$`, (length) => `${'a'.repeat(length - 1)}!`],
  [(body) => `${body}$`, (length) => `${'a'.repeat(length - 1)}\n`],
  [(body) => `^${body}c`, (length) => 'a'.repeat(length)],
  [(body) => `^(${body})+$`, (length) => 'ab'.repeat(length / 2)],
  [(body) => `x${body}y`, (length) => `x${'a'.repeat(length - 1)}`],
];

test('200 patterns that bring backtracking engines to a stop are run, or refused, on 10,000 characters', (t) => {
  let run = 0;
  for (const body of BODIES) {
    for (const [pattern, value] of ENDS) {
      const compiled = compilePattern(pattern(body));
      if (compiled.ok) compiled.value.test(value(MAX_LINE_LENGTH));
      run += 1;
    }
  }
  t.is(run, 200);
});

test('look-around, back-references and large repetitions are refused with what cannot be run', (t) => {
  const refused = {
    '^(?=a)a$': '(?=',
    '(a)\\1': '\\1',
    'a{1001}': '{1001}',
    '(?<!x)y': '(?<!x)y',
    '[a-z': '[a-z',
    'a**': '**',
  };
  for (const [pattern, fragment] of Object.entries(refused)) {
    const compiled = compilePattern(pattern);
    t.is(compiled.ok ? undefined : compiled.error.fragment, fragment, pattern);
  }
});

test('patterns of more than 500 characters are refused', (t) => {
  t.false(compilePattern('a'.repeat(501)).ok);
  t.true(compilePattern('a'.repeat(500)).ok);
});

test('a pattern means what it means in JavaScript', (t) => {
  const cases: readonly (readonly [string, string])[] = [
    ['^[a-z][a-z0-9-]{2,28}[a-z0-9]$', 'orders-db'],
    ['^[a-z]+$', 'Orders'],
    ['b', 'abc'],
    ['^\\d{4}-\\d{2}$', '2026-01'],
    ['^(?<year>\\d+)\\/$', '2026/'],
    ['^\\u0041$', 'A'],
    ['^[\\w.-]+@example\\.com$', 'ada@example.com'],
    ['^.$', '😀'],
    ['^$', ''],
    ['^a$', 'a\n'],
  ];
  for (const [pattern, value] of cases) {
    const compiled = compilePattern(pattern);
    t.is(compiled.ok && compiled.value.test(value), new RegExp(pattern, 'u').test(value), `${pattern} on ${value}`);
  }
});

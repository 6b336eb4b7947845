import test from 'ava';
import { MAX_CODEOWNERS_BYTES, parseCodeowners, teamOf } from './codeowners.ts';

/** Pattern, paths it matches, paths it does not. */
const PATTERNS: readonly (readonly [pattern: string, matches: readonly string[], others: readonly string[]])[] = [
  ['*', ['a', 'a/b', 'a/b/c.yaml'], []],
  ['**', ['a', 'a/b/c.yaml'], []],
  ['*.yaml', ['a.yaml', 'a/b.yaml', '.yaml'], ['a.yml', 'a.yaml.bak', 'A.YAML']],
  ['docs', ['docs', 'docs/a', 'x/docs', 'x/docs/y/z'], ['doc', 'docs2', 'x/mydocs']],
  ['/docs', ['docs', 'docs/a/b'], ['x/docs', 'x/docs/a']],
  ['docs/', ['docs/a', 'x/docs/a/b'], ['docs', 'x/docs']],
  ['/docs/', ['docs/a', 'docs/a/b'], ['docs', 'x/docs/a']],
  ['docs/*', ['docs/a', 'docs/.a'], ['docs/a/b', 'x/docs/a', 'docs']],
  ['/docs/*', ['docs/a'], ['docs/a/b']],
  ['docs/**', ['docs/a', 'docs/a/b/c'], ['docs', 'x/docs/a']],
  ['docs/*/', ['docs/a/b', 'docs/a/b/c'], ['docs/a']],
  ['docs/*.md', ['docs/a.md'], ['docs/a/b.md', 'x/docs/a.md', 'a.md']],
  ['docs/**/*.md', ['docs/a.md', 'docs/a/b.md', 'docs/a/b/c.md'], ['a.md', 'x/docs/a.md']],
  ['**/logs', ['logs', 'logs/a', 'a/b/logs', 'a/logs/c'], ['a/mylogs']],
  ['**/logs/', ['logs/a', 'a/logs/b/c'], ['logs', 'a/logs']],
  ['a/**/b', ['a/b', 'a/x/b', 'a/x/y/b', 'a/x/b/c'], ['a', 'x/a/b', 'ab']],
  ['a/b', ['a/b', 'a/b/c'], ['x/a/b', 'a/bc']],
  ['a/*/c', ['a/b/c', 'a/b/c/d'], ['a/c', 'a/b/b/c']],
  ['a?c', ['abc', 'x/abc'], ['ac', 'abbc', 'a/c']],
  ['a*b*c', ['abc', 'axbxc', 'aabbc', 'abcbc'], ['ab', 'abcd', 'a/b/c']],
  ['/catalog/data*', ['catalog/data', 'catalog/databases/a.yaml'], ['catalog/compute/data', 'x/catalog/data']],
  ['with\\ space', ['with space', 'x/with space/y'], ['with', 'space']],
  ['/a\\ b/c\\ d', ['a b/c d'], ['a/b']],
  ['\\#notes', ['#notes', 'x/#notes'], ['notes', '\\#notes']],
  ['a#b', ['a#b'], ['a']],
  ['a\\*', ['a*'], ['ab', 'a\\*']],
  ['a\\?c', ['a?c'], ['abc']],
  ['(a|b)+.$', ['(a|b)+.$'], ['a', 'aab']],
  ['Docs/', ['Docs/a'], ['docs/a']],
  ['größe/*', ['größe/ü'], ['grösse/ü']],
  ['😀?', ['😀😀', '😀a'], ['😀']],
];

for (const [pattern, matches, others] of PATTERNS) {
  test(`${pattern} matches what it matches on GitHub`, (t) => {
    const { ownersOf, problems } = parseCodeowners(`${pattern} @owner`);
    t.deepEqual(problems, []);
    for (const path of matches) t.deepEqual(ownersOf(path), ['@owner'], path);
    for (const path of others) t.deepEqual(ownersOf(path), [], path);
  });
}

test('the last line that matches decides, wherever it is anchored', (t) => {
  const { ownersOf } = parseCodeowners('/a/b/ @deep\n* @all\n/a/ @folder\n*.md @writers\n/a/b/c/ @deepest');
  t.deepEqual(ownersOf('x'), ['@all']);
  t.deepEqual(ownersOf('a/b/x'), ['@folder']);
  t.deepEqual(ownersOf('a/b/x.md'), ['@writers']);
  t.deepEqual(ownersOf('a/b/c/x.md'), ['@deepest']);
});

test('a line without owners takes ownership away', (t) => {
  const { ownersOf, problems } = parseCodeowners('/apps/ @octocat\n/apps/github # nobody');
  t.deepEqual(ownersOf('apps/x'), ['@octocat']);
  t.deepEqual(ownersOf('apps/github/x'), []);
  t.deepEqual(problems, []);
});

test('several owners, tabs, comments, blank lines and foreign line ends are read', (t) => {
  const text =
    '\uFEFF# who owns what\r\n\r\n  * \t@org/team-a\t@user dev@example.com # all of it\r\n#* @nobody\r/x @org/x';
  const { ownersOf, problems } = parseCodeowners(text);
  t.deepEqual(ownersOf('a'), ['@org/team-a', '@user', 'dev@example.com']);
  t.deepEqual(ownersOf('x'), ['@org/x']);
  t.deepEqual(problems, []);
});

test('a line that is wrong has no effect and is told with its place', (t) => {
  const lines = [
    '* @all',
    '!a @x',
    'a[bc] @x',
    'a @x team',
    'a @x @a/b/c',
    'a***b @x',
    '/ @x',
    'a//b @x',
    'a @',
    'a x@',
  ];
  const { ownersOf, problems } = parseCodeowners(lines.join('\n'));
  t.deepEqual(ownersOf('a'), ['@all']);
  t.deepEqual(
    problems.map(({ line, column }) => [line, column]),
    [
      [2, 1],
      [3, 1],
      [4, 6],
      [5, 6],
      [6, 1],
      [7, 1],
      [8, 1],
      [9, 3],
      [10, 3],
    ],
  );
});

test('a file over 3 MB is ignored as a whole', (t) => {
  const fits = `* @all\n#${'x'.repeat(MAX_CODEOWNERS_BYTES - 8)}`;
  t.deepEqual(parseCodeowners(fits).ownersOf('a'), ['@all']);
  const { ownersOf, problems } = parseCodeowners(`${fits}x`);
  t.deepEqual(ownersOf('a'), []);
  t.is(problems.length, 1);
});

test('patterns made to run for ever end at once', (t) => {
  const pattern = `${'*a'.repeat(500)}b`;
  const deep = `${'**/a/'.repeat(200)}b`;
  const { ownersOf } = parseCodeowners(`${pattern} @x\n${deep} @x`);
  t.deepEqual(ownersOf('a'.repeat(5_000)), []);
  t.deepEqual(ownersOf('a/'.repeat(2_000).slice(0, -1)), []);
});

test('a team is named without its organization, others stay as they are', (t) => {
  t.deepEqual(['@org/platform-data', '@user', 'a@example.com'].map(teamOf), [
    'platform-data',
    '@user',
    'a@example.com',
  ]);
});

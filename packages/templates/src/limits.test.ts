import test from 'ava';
import { failure, pointedAt, rendered, scopeOf } from '../test/support.ts';
import { parseTemplate } from './index.ts';

const scope = scopeOf({ x: 'x'.repeat(1000), list: Array.from({ length: 300 }, () => 'abc') });

test('a template and its text have at most so many characters', (t) => {
  t.is(failure('x'.repeat(256 * 1024 + 1), 'plain', scope).code, 'too-long');
  t.is(failure('{{.current.x}}{{.current.x}}', 'plain', scope, { maxOutput: 1999 }).code, 'too-long');
  t.is(rendered('{{.current.x}}{{.current.x}}', 'plain', scope, { maxOutput: 2000 }).text.length, 2000);
});

test('a short template can’t print a million characters', (t) => {
  const nested =
    '{{#.current.list}}{{#.current.list}}{{#.current.list}}{{.}}{{/.current.list}}{{/.current.list}}{{/.current.list}}';
  t.true(['too-long', 'too-many-tags', 'too-slow'].includes(failure(nested, 'plain', scope).code));
  t.is(failure(nested, 'plain', scope, { maxMillis: 1e6, maxTags: 1e9 }).code, 'too-long');
});

test('functions make no text beyond the limit, not even on the way', (t) => {
  const many = `{{.current.x${' | replace "x" "xxxxxxxxxx"'.repeat(6)} | length}}`;
  const error = failure(many, 'plain', scope);
  t.is(error.code, 'too-long');
  t.regex(error.message, /^replace /);
  t.is(failure('{{.current.list | join .current.x | length}}', 'plain', scope).code, 'too-long');
  t.is(failure(`{{concat(${'.current.x,'.repeat(300)}"")}}`, 'plain', scope).code, 'too-long');
});

test('a template has at most so many tags, and runs at most so many', (t) => {
  const source = '{{.current.x}}{{! a }}{{.current.x}}';
  const parsed = parseTemplate(source, { maxTags: 2 });
  if (parsed.ok) return t.fail();
  t.is(parsed.error.code, 'too-many-tags');
  t.is(parsed.error.offset, source.lastIndexOf('{{'));
  const loop = '{{#.current.list}}{{.}}{{/.current.list}}';
  const error = failure(loop, 'plain', scope, { maxTags: 300 });
  t.is(error.code, 'too-many-tags');
  t.is(pointedAt(loop, error), '{{.}}');
  t.is(rendered(loop, 'plain', scope, { maxTags: 301 }).text.length, 900);
});

test('sections and calls nest only so deep', (t) => {
  const sections = (depth: number): string => '{{#.current.x}}'.repeat(depth) + '{{/.current.x}}'.repeat(depth);
  t.true(parseTemplate(sections(16)).ok);
  t.is(failure(sections(17), 'plain', scope).code, 'too-deep');
  const calls = (depth: number): string => `{{${'upper('.repeat(depth)}.current.x${')'.repeat(depth)}}}`;
  t.true(parseTemplate(calls(16)).ok);
  t.is(failure(calls(17), 'plain', scope).code, 'too-deep');
  t.is(failure(`{{${'('.repeat(100_000)}}}`, 'plain', scope).code, 'too-deep');
});

test('a rendering takes only so long', (t) => {
  let now = 0;
  const elapsed = (): number => (now += 10);
  t.is(
    failure('{{#.current.list}}{{.}}{{/.current.list}}', 'plain', scope, { maxMillis: 15, elapsed }).code,
    'too-slow',
  );
});

test('values nested without end are refused where a format is written by hand', (t) => {
  let deep: unknown = 1;
  for (let depth = 0; depth < 100; depth += 1) deep = [deep];
  for (const [source, target] of [
    ['a: {{.current.deep}}', 'yaml'],
    ['a = {{.current.deep}}', 'hcl'],
  ] as const) {
    t.is(failure(source, target, scopeOf({ deep: deep as never })).code, 'unrepresentable');
  }
});

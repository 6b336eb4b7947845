import type { Json } from '@pao/kernel';
import test from 'ava';
import fc from 'fast-check';
import Mustache from 'mustache';
import cases from './fixtures/mustache-core.json' with { type: 'json' };
import { holds } from './property.ts';
import { text } from './support.ts';

interface SpecCase {
  readonly name: string;
  readonly template: string;
  readonly data: Readonly<Record<string, Json>>;
  readonly gives: string;
}

// The rules of Mustache's core specification that this language keeps, told in its own syntax.
const CASES: readonly SpecCase[] = cases;

for (const { name, template, data, gives } of CASES) {
  test(`as in Mustache, ${name}`, (t) => {
    t.is(text(template, 'plain', data), gives);
  });
}

test('names are not looked up in the sections around', (t) => {
  t.throws(
    () =>
      text('{{#.current.a}}{{#.current.b}}{{one}}{{/.current.b}}{{/.current.a}}', 'plain', {
        a: { one: 1 },
        b: { two: 2 },
      }),
    {
      message: /missing-value/,
    },
  );
});

/** One template in both syntaxes: PATH( ) around each name becomes a path here and a plain name there. */
const piece: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    'text',
    ' ',
    '  ',
    '\n',
    '\r\n',
    '\t',
    '\n\n',
    'a\nb',
    '|',
    '}',
    '{x',
    '{{! a comment }}',
    '{{!\nlines\n}}',
  ),
  fc.constantFrom('a', 'b', 'n', 'l', 'f').map((name) => `{{PATH(${name})}}`),
);

const block = (depth: number): fc.Arbitrary<string> =>
  fc
    .array(depth === 0 ? piece : fc.oneof({ weight: 3, arbitrary: piece }, section(depth)), { maxLength: 6 })
    .map((parts) => parts.join(''));

const section = (depth: number): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.constantFrom('#', '^'),
      fc.constantFrom('a', 'l', 'f', 'e'),
      fc.constantFrom('', '\n', ' \n  '),
      block(depth - 1),
    )
    .map(([sigil, name, gap, body]) => `${gap}{{${sigil}PATH(${name})}}${gap}${body}${gap}{{/PATH(${name})}}${gap}`);

// Two tags beside one another on a line that is blank otherwise: Mustache's own implementations differ there.
const hasTwoTagsAlone = (source: string): boolean =>
  source.split('\n').some((line) => /^\s*(?:\{\{[#^/!].*){2,}\s*$/.test(line) || /^[^{]*\}\}\s*\{\{[#^/!]/.test(line));

test('any template of sections, comments and values renders as Mustache renders it', (t) => {
  const data = { a: 'x', b: '<&>', n: 1.5, l: ['p', 'q'], f: false, e: [] };
  holds(
    t,
    fc.property(block(3), (source) => {
      fc.pre(!hasTwoTagsAlone(source) && !source.includes('{{{'));
      const theirs = Mustache.render(source.replaceAll(/PATH\((\w)\)/g, '$1'), data, undefined, { escape: String });
      const ours = text(source.replaceAll(/PATH\((\w)\)/g, '.current.$1'), 'plain', data);
      return ours === theirs;
    }),
  );
});

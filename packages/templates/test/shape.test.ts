import { deepStrictEqual } from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { isAlias, isMap, isPair, isScalar, isSeq, parseDocument } from 'yaml';
import { parseTemplate, renderTemplate, type Target, wikiToAdf } from '../src/index.ts';
import { hostileUnicode } from './arbitraries.ts';
import { type HclValue, readHcl } from './hcl-reader.ts';
import { holds, runs } from './property.ts';
import { scopeOf, UNHURRIED } from './support.ts';

/** What a text is made of, its leaves left out; `undefined` when it can't be read. */
type ShapeOf = (text: string) => unknown;

const jsonShape: ShapeOf = (text) => {
  const shape = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(shape);
    return typeof value === 'object' && value !== null
      ? Object.values(value).map((entry) => ({ entry: shape(entry) }))
      : 'leaf';
  };
  try {
    return shape(JSON.parse(text));
  } catch {
    return undefined;
  }
};

const yamlShape: ShapeOf = (text) => {
  const shape = (node: unknown): unknown => {
    if (isMap(node)) return { tag: node.tag, map: node.items.map(shape) };
    if (isSeq(node)) return { tag: node.tag, list: node.items.map(shape) };
    if (isPair(node)) return { key: shape(node.key), value: shape(node.value) };
    if (isAlias(node)) return { alias: node.source };
    return isScalar(node) ? { anchor: node.anchor } : null;
  };
  const document = parseDocument(text, { uniqueKeys: false, logLevel: 'silent' });
  return document.errors.length > 0 ? undefined : shape(document.contents);
};

const hclShape: ShapeOf = (text) => {
  const shape = (value: HclValue): unknown => {
    if (Array.isArray(value)) return value.map(shape);
    if (typeof value !== 'object' || value === null) return 'leaf';
    if ('name' in value) return value;
    return Object.values(value).map((entry) => ({ entry: shape(entry) }));
  };
  try {
    return shape(readHcl(text));
  } catch {
    return undefined;
  }
};

/** Kinds of blocks in order, and where links lead: a value may add line breaks and paragraphs, or take from a text what marks it. */
const adfShape: ShapeOf = (text) => {
  const shape = (node: object): unknown => {
    const {
      type,
      marks = [],
      content = [],
    } = node as { type: string; marks?: readonly object[]; content?: readonly object[] };
    for (const mark of marks)
      if ('attrs' in mark) deepStrictEqual((mark.attrs as { href: string }).href.startsWith('https://h/'), true);
    return type === 'text' || type === 'hardBreak' ? [] : [{ type, content: content.flatMap((child) => shape(child)) }];
  };
  const blocks = wikiToAdf(text).content.flatMap((block) => shape(block)) as { type: string }[];
  return blocks.filter(({ type }) => type !== 'paragraph');
};

const TAGS = ['{{.current.a}}', '{{.current.b}}', '{{.current.list}}'];
const SECTIONS = [
  '{{#.current.list}}',
  '{{/.current.list}}',
  '\n{{#.current.list}}\n',
  '\n{{/.current.list}}\n',
  '{{.}}',
];

const YAML_PIECES = [
  'a',
  'b c',
  ' ',
  '  ',
  '\n',
  '\n  ',
  '\n- ',
  '- ',
  ': ',
  'k: ',
  '\nk: ',
  '\n  k: ',
  '"',
  "'",
  ' |\n',
  ': |\n  ',
  ' >-\n  ',
  '[',
  ']',
  '{ ',
  ' }',
  ', ',
  ' # ',
  '&x ',
  '!t ',
  ':',
  '\\',
];
const JSON_PIECES = [
  '"',
  '"a"',
  ':',
  ',',
  '[',
  ']',
  '{ ',
  '}',
  '1',
  ' ',
  '\\',
  'null',
  '"k":',
  '[{{.current.a}}]',
  '"x{{.current.list}}"',
  '{ "k":{{.current.b}}}',
];
const HCL_PIECES = [
  'a = ',
  '\nb = ',
  '"',
  '[',
  ']',
  ', ',
  '{ ',
  '}',
  'k = ',
  '1',
  '\n',
  '\\',
  '$',
  '%',
  '$$',
  '${',
  ' # ',
  '//',
  '/*',
  '*/',
  'f(',
  ')',
  '<<EOT\n',
  '\nEOT\n',
  '\na = "x{{.current.a}}"\n',
  'b = {{.current.b}}\n',
];
const WIKI_PIECES = [
  'a',
  ' ',
  '\n',
  'h1. ',
  '* ',
  '# ',
  '|',
  '||',
  '*',
  '_',
  'bq. ',
  '{code}',
  '{noformat}\n',
  '{code:json}',
  '[',
  ']',
  'https://h/',
  '----',
  '\\',
  '{ ',
];

const templateOf = (pieces: readonly string[]): fc.Arbitrary<string> =>
  fc
    .array(
      fc.oneof(
        { weight: 5, arbitrary: fc.constantFrom(...pieces) },
        { weight: 3, arbitrary: fc.constantFrom(...TAGS) },
        { weight: 1, arbitrary: fc.constantFrom(...SECTIONS) },
      ),
      { minLength: 1, maxLength: 14 },
    )
    .map((parts) => parts.join(''));

const valuesOf = (text: fc.Arbitrary<string>) => fc.record({ a: text, b: text, list: fc.tuple(text, text) });
const benign = { a: 'zzz', b: 'zzz', list: ['zzz', 'zzz'] };

const TARGETS: readonly (readonly [target: Target, pieces: readonly string[], shapeOf: ShapeOf])[] = [
  ['json', JSON_PIECES, jsonShape],
  ['yaml', YAML_PIECES, yamlShape],
  ['hcl', HCL_PIECES, hclShape],
  ['jira-wiki', WIKI_PIECES, adfShape],
];

for (const [target, pieces, shapeOf] of TARGETS) {
  test(`whatever the template and the values, ${target} text with them has the shape it has with harmless ones`, (t) => {
    let compared = 0;
    holds(
      t,
      fc.property(templateOf(pieces), valuesOf(hostileUnicode), (source, hostile) => {
        const parsed = parseTemplate(source);
        if (!parsed.ok) return;
        const expected = renderTemplate(parsed.value, target, scopeOf(benign), UNHURRIED);
        const actual = renderTemplate(parsed.value, target, scopeOf(hostile), UNHURRIED);
        const shape = expected.ok ? shapeOf(expected.value.text) : undefined;
        // A template that no value makes sense of says nothing; a value may be refused, but not misread.
        if (shape === undefined || !actual.ok) return;
        compared += 1;
        deepStrictEqual(shapeOf(actual.value.text), shape, actual.value.text);
      }),
      runs * 3,
    );
    t.true(compared > runs / 20, `${compared} templates were of use`);
  });
}

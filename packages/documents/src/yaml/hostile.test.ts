import test from 'ava';
import * as fc from 'fast-check';
import { formatFinding } from '../finding.ts';
import { parseDocument } from '../parse.ts';

const KIB = 1024;
const nested = (levels: number): string =>
  ['a: &a [x, x, x, x, x, x, x, x, x]', ...Array.from({ length: levels }, (_, at) => bombLine(at))].join('\n');
const bombLine = (at: number): string => {
  const [name, before] = ['abcdefghijkl'[at + 1], 'abcdefghijkl'[at]];
  return `${name}: &${name} [${Array(9).fill(`*${before}`).join(', ')}]`;
};

/** What somebody could hand in, and the one finding it must come to. */
const HOSTILE: { readonly [what: string]: readonly [text: string, finding: string] } = {
  'an alias bomb': [nested(9), '3:8: error YAML_TOO_MANY_ALIASES'],
  'lists 20,000 deep': ['['.repeat(20_000), '1:66: error FILE_TOO_DEEP'],
  'block lists 20,000 deep': ['- '.repeat(20_000), '1:131: error FILE_TOO_DEEP'],
  'mappings 700 deep': [
    Array.from({ length: 700 }, (_, at) => `${' '.repeat(at)}a:`).join('\n'),
    '66:66: error FILE_TOO_DEEP',
  ],
  '100,000 aliases': [`a: &a 1\nb: [${'*a,'.repeat(80_000)}]`, '2:305: error YAML_TOO_MANY_ALIASES'],
  'one anchor on another, thousands of times': ['&a '.repeat(10_000), '1:301: error YAML_TOO_MANY_ALIASES'],
  'an alias within itself': ['a: &a [*a]', '1:8: error YAML_TOO_MANY_ALIASES'],
  '300 KiB': ['x'.repeat(300 * KIB), '1:1: error FILE_TOO_LARGE'],
  '256 KiB of which the last byte is half a letter': [`a: ${'x'.repeat(256 * KIB - 4)}é`, '1:1: error FILE_TOO_LARGE'],
  '130,000 entries': [`[${'a,'.repeat(130_000)}]`, '1:13334: error FILE_TOO_COMPLEX'],
  'aliases of a large list': [
    `a: &a [${'x,'.repeat(4_000)}]\nb: [${'*a,'.repeat(99)}]`,
    '1:7986: error FILE_TOO_COMPLEX',
  ],
  'two documents': ['kind: CatalogItem\n---\nkind: CatalogItem\n', '2:1: error YAML_SEVERAL_DOCUMENTS'],
  'a second document after an end': [
    'kind: CatalogItem\n...\nkind: CatalogItem\n',
    '3:1: error YAML_SEVERAL_DOCUMENTS',
  ],
  'a repeated key': ['kind: CatalogItem\nkind: CatalogBundle\n', '2:1: error YAML_DUPLICATE_KEY'],
  'a repeated key in a flow mapping': ['a: { b: 1, c: 2, "b": 3 }', '1:18: error YAML_DUPLICATE_KEY'],
  'a tag that runs code elsewhere': ['a: !!js/function "function () {}"', '1:4: error YAML_TAG'],
  'a tag of Python': ['a: !!python/object/apply:os.system [id]', '1:4: error YAML_TAG'],
  'thousands of tags': ['!a '.repeat(10_000), '1:1: error YAML_TAG'],
  'a binary': ['a: !!binary aGVsbG8=', '1:4: error YAML_TAG'],
  'a tag handle': ['%TAG ! tag:example.com,2026:\n---\na: 1', '1:1: error YAML_DIRECTIVE'],
  'YAML 1.1': ['%YAML 1.1\n---\na: yes', '1:1: error YAML_DIRECTIVE'],
  'a merge key': ['a: &a { b: 1 }\nc: { <<: *a }', '2:6: error YAML_MERGE_KEY'],
  'a prototype': ['metadata:\n  __proto__: { admin: true }', '2:3: error YAML_KEY_FORBIDDEN'],
  'a quoted prototype': ['metadata: { "__proto__": 1 }', '1:13: error YAML_KEY_FORBIDDEN'],
  'a constructor': ['constructor: { prototype: { admin: true } }', '1:1: error YAML_KEY_FORBIDDEN'],
  'a number as key': ['a: { 1: x }', '1:6: error YAML_KEY_NOT_STRING'],
  'null as key': ['? \n: a', '1:3: error YAML_KEY_NOT_STRING'],
  'a mapping as key': ['? { a: 1 }\n: b', '1:3: error YAML_KEY_NOT_STRING'],
  'an integer beyond 2^53': ['a: 9007199254740993', '1:4: error NUMBER_NOT_EXACT'],
  'a number beyond all': ['a: 1e400', '1:4: error NUMBER_NOT_FINITE'],
  'a leading zero': ['a: 012', '1:4: error NUMBER_LEADING_ZERO'],
  infinity: ['a: [1, -.inf]', '1:8: error NUMBER_NOT_FINITE'],
  'a byte-order mark': ['\ufeffkind: CatalogItem', '1:1: error FILE_BYTE_ORDER_MARK'],
  'a NUL': ['a: b\nc: d\0e', '2:5: error FILE_CONTROL_CHARACTER'],
  'half a surrogate pair': ['a: "\ud800"', '1:5: error FILE_CONTROL_CHARACTER'],
  'a tab as indentation': ['a:\n\tb: 1', '2:1: error YAML_TAB'],
  nothing: ['', '1:1: error FILE_EMPTY'],
  'a comment': ['# nothing yet\n', '1:1: error FILE_EMPTY'],
  'an open quote': ['kind: "CatalogItem\n', '2:1: error YAML_SYNTAX'],
  'a thousand closing brackets': [`a: ${']'.repeat(1_000)}`, '1:4: error YAML_SYNTAX'],
  'brackets without end': ['{}'.repeat(100_000), '1:4: error YAML_SYNTAX'],
  'an unknown anchor': ['a: *nowhere', '1:4: error YAML_ALIAS_UNKNOWN'],
  'a key of 200,000 characters': [`${'k'.repeat(200_000)}: 1`, '1:1: error YAML_SYNTAX'],
  'a list instead of a document': ['- kind: CatalogItem', '1:1: error TYPE_WRONG'],
  'a text instead of a document': ['CatalogItem', '1:1: error TYPE_WRONG'],
  'a web page': ['<!doctype html>\n<html></html>', '1:1: error'],
};

for (const [what, [text, expected]] of Object.entries(HOSTILE)) {
  test(`${what}: one finding, at its place`, (t) => {
    const { findings, document } = parseDocument(text, { path: 'x.yaml' });
    const [finding] = findings.map(formatFinding);
    t.is(findings.length, 1, findings.map(formatFinding).join('\n'));
    t.true(finding?.startsWith(`x.yaml:${expected}`), finding);
    t.true((finding ?? '').length < 500, 'messages do not echo the file');
    t.is(document, undefined);
  });
}

test('long texts within the limit are no obstacle', (t) => {
  const text = `kind: CatalogItem\nmetadata:\n  notes: |\n${'    a line of text that goes on\n'.repeat(7_000)}`;
  const { findings } = parseDocument(text, { path: 'x.yaml' });
  t.true(findings.every(({ code }) => code === 'PROPERTY_MISSING'));
});

const RUNS = process.env.PAO_DEEP === '1' ? 200_000 : 3_000;

const fragments = fc.constantFrom(
  'a',
  'kind',
  ': ',
  ':\n',
  '\n',
  '  ',
  '    ',
  '- ',
  '? ',
  '[',
  ']',
  '{',
  '}',
  ', ',
  '"',
  "'",
  '|',
  '>',
  '&a',
  '*a',
  '!',
  '!!str ',
  '#',
  '%',
  '@',
  '`',
  '---\n',
  '...\n',
  '<<',
  '__proto__',
  '\t',
  '\r\n',
  '0x1F',
  '1e5',
  '012',
  '~',
  'null',
  'true',
  '\\',
  'é',
  '😀',
  '{{',
  '}}',
  '.inf',
  'metadata',
  'input',
);

test('whatever the text, the answer is a document or findings with a place in the file, and no prototype changes', (t) => {
  const before = JSON.stringify(Object.getOwnPropertyNames(Object.prototype));
  const texts = fc.array(fragments, { maxLength: 60 }).map((parts) => parts.join(''));
  const property = fc.property(fc.oneof(texts, fc.string({ unit: 'binary', maxLength: 80 })), (text) => {
    const { findings } = parseDocument(text, { path: 'x.yaml' });
    const lines = text.split('\n').length;
    return findings.length > 0 && findings.every(({ line, column }) => line >= 1 && line <= lines && column >= 1);
  });
  t.notThrows(() => fc.assert(property, { numRuns: RUNS }));
  t.is(JSON.stringify(Object.getOwnPropertyNames(Object.prototype)), before);
});

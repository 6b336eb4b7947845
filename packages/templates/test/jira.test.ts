import { deepStrictEqual } from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { type AdfInline, checkTarget, jiraTextToAdf, wikiToAdf } from '../src/index.ts';
import { hostileUnicode } from './arbitraries.ts';
import document from './fixtures/jira-document.json' with { type: 'json' };
import { holds } from './property.ts';
import { pointedAt, template, text } from './support.ts';

const values = {
  s: 'orders-db',
  evil: '*x* [~admin] {code} h1. a | b \\ !i!',
  lines: 'one\n* two\nh1. three',
  n: 5,
  l: ['a', 1],
  o: { k: '{code}' },
  e: null,
  url: 'https://h/a b',
  brace: '{',
  indented: '\th1. x\n bq. y',
};

const WRITTEN: readonly (readonly [source: string, gives: string])[] = [
  ['Name: {{.current.s}}', 'Name: orders-db'],
  ['{{.current.evil}}', '\\*x\\* \\[\\~admin\\] \\{code\\} h1. a \\| b &#92; \\!i\\!'],
  ['{{.current.lines}}', 'one\n\\* two\nh1&#46; three'],
  ['* {{.current.lines}} !', '* one \\\\ \\* two \\\\ h1&#46; three !'],
  ['|{{.current.n}}|{{.current.l}}|{{.current.e}}|', '|5|a, 1|\u200b|'],
  ['{{.current.o}}', '{code:json}\n{\n  "k": "\\u007bcode}"\n}\n{code}'],
  [
    '{code}\n{ "a": "{{.current.evil}}" }\n{code}',
    '{code}\n{ "a": "*x* [~admin] {\u200bcode} h1. a | b \\ !i!" }\n{code}',
  ],
  [
    '[open|https://h/{{.current.s}}/{{.current.evil}}]',
    `[open|https://h/orders-db/${encodeURIComponent(values.evil).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)}]`,
  ],
  ['[open|{{.current.url}}]', '[open|https://h/a%20b]'],
  ['{noformat}{{.current.brace}}noformat} *x*{noformat}', '{noformat}{\u200bnoformat} *x*{noformat}'],
  ['{{.current.indented}}', '\th1&#46; x\n bq&#46; y'],
  ['[{{.current.url}}]', '[https&#58;//h/a b]'],
];

for (const [source, gives] of WRITTEN) {
  test(`wiki text ${JSON.stringify(source)} is written so that the value stays text`, (t) => {
    t.is(text(source, 'jira-wiki', values), gives);
  });
}

const MISPLACED: readonly (readonly [source: string, pointedAt: string])[] = [
  ['{panel:title={{.current.s}}}', '{{.current.s}}'],
  ['\\{{.current.s}}', '{{.current.s}}'],
  ['----{{.current.s}}', '{{.current.s}}'],
  ['{{.current.e}}* x', '*'],
  ['{code}\n{{.current.s}}', ''],
];

for (const [source, place] of MISPLACED) {
  test(`in ${JSON.stringify(source)} a value would be part of the markup, which is refused before there are values`, (t) => {
    const checked = checkTarget(template(source), 'jira-wiki');
    if (checked.ok) return t.fail();
    t.is(checked.error.code, 'misplaced-value');
    t.is(pointedAt(source, checked.error), place);
  });
}

test('wiki text becomes a document of headings, lists, tables, quotes, rules, code and links', (t) => {
  const source = [
    'h2. Request of *{{.current.s}}*',
    '* one',
    '** two {{.current.evil}}',
    '# three',
    '',
    '||Name||Size||',
    '|{{.current.s}}|[open|https://h/{{.current.n}}]|',
    'bq. said _{{.current.s}}_',
    '----',
    'plain \\*text\\*',
    'next line',
    '{code:json}',
    '{ "a": "{{.current.evil}}" }',
    '{code}',
  ].join('\n');
  t.deepEqual<unknown, unknown>(wikiToAdf(text(source, 'jira-wiki', values)), document);
});

test('text without markup becomes paragraphs with line breaks', (t) => {
  t.deepEqual(jiraTextToAdf('*a*\nb\n\n \n\nh1. c\n'), {
    version: 1,
    type: 'doc',
    content: [
      {
        type: 'paragraph',
        content: [{ type: 'text', text: '*a*' }, { type: 'hardBreak' }, { type: 'text', text: 'b' }],
      },
      { type: 'paragraph', content: [{ type: 'text', text: 'h1. c' }, { type: 'hardBreak' }] },
    ],
  });
  t.deepEqual(jiraTextToAdf(' \n'), { version: 1, type: 'doc', content: [] });
});

const shown = (value: string): string =>
  value.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '').replace(/\r\n?/g, '\n');

/** The text of inline nodes; marks of any kind are not expected. */
const textOf = (nodes: readonly AdfInline[]): string =>
  nodes.map((node) => (node.type === 'hardBreak' ? '\n' : 'marks' in node ? 'MARKED' : node.text)).join('');

/** Without the blanks at line breaks and ends, which documents don't keep. */
const squeeze = (value: string): string =>
  value
    .replaceAll('\u200b', '')
    .replace(/\s*\n\s*/g, '\n')
    .trim();

interface Block {
  readonly type: string;
  readonly content?: readonly Block[];
}

const NONE: Block = { type: 'none' };

/** The running text of a block that holds nothing else. */
const textIn = ({ content = [] }: Block): string => textOf(content as readonly AdfInline[]);

/** The node below a node, by the positions on the way. */
const below = (node: Block, ...positions: readonly number[]): Block =>
  positions.reduce<Block>((at, position) => at.content?.[position] ?? NONE, node);

test('whatever the value, it is text of the node it stands in', (t) => {
  const source =
    'h2. T {{.current.x}} end\n* i {{.current.x}} end\n|c|{{.current.x}}|\np {{.current.x}} end\n{noformat}\nc {{.current.x}} end\n{noformat}';
  holds(
    t,
    fc.property(hostileUnicode, (x) => {
      const blocks: readonly Block[] = wikiToAdf(text(source, 'jira-wiki', { x })).content;
      const [heading = NONE, list = NONE, table = NONE, paragraph = NONE, code = NONE] = blocks;
      const value = shown(x);
      deepStrictEqual([heading.type, squeeze(textIn(heading))], ['heading', squeeze(`T ${value} end`)]);
      deepStrictEqual([list.type, squeeze(textIn(below(list, 0, 0)))], ['bulletList', squeeze(`i ${value} end`)]);
      deepStrictEqual([table.type, squeeze(textIn(below(table, 0, 1, 0)))], ['table', squeeze(value)]);
      deepStrictEqual([paragraph.type, squeeze(textIn(paragraph))], ['paragraph', squeeze(`p ${value} end`)]);
      deepStrictEqual([code.type, squeeze(textIn(code))], ['codeBlock', squeeze(`c ${value} end`)]);
    }),
  );
});

test('whatever the value, a document of text without markup has it as text', (t) => {
  holds(
    t,
    fc.property(hostileUnicode, (x) => {
      const { content } = jiraTextToAdf(text('before {{.current.x}} after', 'jira-adf-text', { x }));
      const paragraphs = content.map((block) => (block.type === 'paragraph' ? textOf(block.content) : block.type));
      deepStrictEqual(squeeze(paragraphs.join('\n')), squeeze(`before ${shown(x)} after`));
    }),
  );
});

import { parseInline, resolveEscapes, sliceText, type WikiText } from './inline.ts';
import { createLists, type ListLine, readListLine } from './lists.ts';
import {
  type AdfBlock,
  type AdfDocument,
  type AdfTableRow,
  createCodeBlock,
  createDocument,
  createParagraph,
  createText,
} from './nodes.ts';

const CODE_START = /(?<!\\)\{(code|noformat)(?::([^{}\n]*))?\}/g;

/**
 * Turns text rendered for `jira-wiki` into an Atlassian document. It knows headings, lists, quotes, rules, tables, code blocks,
 * bold, italics and links; anything else is shown as it is written. Escaped values become text nodes and nothing else.
 */
export const wikiToAdf = (wiki: string): AdfDocument => {
  const source = wiki.replace(/\r\n?/g, '\n').replaceAll('\0', '');
  const blocks: AdfBlock[] = [];
  let at = 0;
  CODE_START.lastIndex = 0;
  for (let found = CODE_START.exec(source); found !== null; found = CODE_START.exec(source)) {
    const [opening, name = '', parameters] = found;
    const start = found.index + opening.length;
    const end = source.indexOf(`{${name}}`, start);
    if (end < 0) break;
    blocks.push(...parseBlocks(source.slice(at, found.index)));
    blocks.push(createCodeBlock(codeText(source.slice(start, end)), languageOf(parameters)));
    at = end + name.length + 2;
    CODE_START.lastIndex = at;
  }
  return createDocument([...blocks, ...parseBlocks(source.slice(at))]);
};

/** Turns text without markup, as rendered for `jira-adf-text`, into an Atlassian document: blank lines part paragraphs. */
export const jiraTextToAdf = (text: string): AdfDocument =>
  createDocument(
    text
      .replace(/\r\n?/g, '\n')
      .split(/\n(?:[ \t]*\n)+/)
      .filter((paragraph) => paragraph.trim() !== '')
      .map((paragraph) => createParagraph(createText(paragraph))),
  );

const codeText = (raw: string): string => raw.replace(/^\n|\n$/g, '').replace(/\{\u200b(?=code|noformat|$)/gi, '{');

const languageOf = (parameters: string | undefined): string | undefined =>
  parameters?.split('|').find((parameter) => parameter !== '' && !parameter.includes('='));

/** A line break that was written as two backslashes stays within its line. */
const readLines = (source: string): WikiText[] => source.split('\n').map(resolveEscapes);

const HEADING = /^[ \t]*h([1-6])\.[ \t]+/;
const QUOTE = /^[ \t]*bq\.[ \t]+/;
const RULE = /^[ \t]*-{4,}[ \t]*$/;
const TABLE = /^[ \t]*\|/;

const parseBlocks = (source: string): AdfBlock[] => {
  const lines = readLines(source);
  const blocks: AdfBlock[] = [];
  for (let at = 0; at < lines.length; ) {
    const kind = kindOf(lines[at] as WikiText);
    let end = at + 1;
    if (kind !== 'single') while (end < lines.length && kindOf(lines[end] as WikiText) === kind) end += 1;
    blocks.push(...createBlocks(kind, lines.slice(at, end)));
    at = end;
  }
  return blocks;
};

type LineKind = 'blank' | 'single' | 'list' | 'table' | 'text';

const kindOf = (line: WikiText): LineKind => {
  if (line.shape.trim() === '') return 'blank';
  if (RULE.test(line.shape) || HEADING.test(line.shape) || QUOTE.test(line.shape)) return 'single';
  if (readListLine(line) !== undefined) return 'list';
  return TABLE.test(line.shape) ? 'table' : 'text';
};

const createBlocks = (kind: LineKind, lines: readonly WikiText[]): AdfBlock[] => {
  switch (kind) {
    case 'blank':
      return [];
    case 'single':
      return lines.map(createSingle);
    case 'list':
      return createLists(lines.map((line) => readListLine(line) as ListLine));
    case 'table':
      return [{ type: 'table', content: lines.map(createRow) }];
    case 'text':
      return [createParagraph(parseInline(joinLines(lines)))];
  }
};

const joinLines = (lines: readonly WikiText[]): WikiText => ({
  text: lines.map((line) => line.text).join('\n'),
  shape: lines.map((line) => line.shape).join('\n'),
});

const createSingle = (line: WikiText): AdfBlock => {
  const heading = HEADING.exec(line.shape);
  if (heading !== null) {
    return {
      type: 'heading',
      attrs: { level: Number(heading[1]) },
      content: parseInline(sliceText(line, heading[0].length)),
    };
  }
  const quote = QUOTE.exec(line.shape);
  if (quote === null) return { type: 'rule' };
  return { type: 'blockquote', content: [createParagraph(parseInline(sliceText(line, quote[0].length)))] };
};

const CELL = /(\|\|?)((?:\[[^[\]\n]*\]|[^|])*)/g;

const createRow = (line: WikiText): AdfTableRow => {
  const shape = line.shape.trimEnd();
  const cells = [...shape.matchAll(CELL)];
  // The bar that closes a row opens no cell.
  if (cells.length > 1 && cells.at(-1)?.[2] === '') cells.pop();
  const content = cells.map(({ index, 1: bars = '', 2: inner = '' }) => {
    const start = index + bars.length;
    const paragraph = createParagraph(parseInline(trimText(sliceText(line, start, start + inner.length))));
    return { type: bars === '||' ? ('tableHeader' as const) : ('tableCell' as const), content: [paragraph] };
  });
  return { type: 'tableRow', content };
};

const trimText = (wiki: WikiText): WikiText => {
  const start = wiki.shape.length - wiki.shape.trimStart().length;
  return sliceText(wiki, start, start + wiki.shape.trim().length);
};

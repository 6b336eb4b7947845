import { isJsonObject, type Json } from '@pao/kernel';

export interface CodeBlock {
  /** As the author wrote it, in lower case; empty when there is none. */
  readonly language: string;
  readonly text: string;
}

const MAX_DEPTH = 30;
const MAX_TEXT = 100_000;

const textIn = (node: unknown, depth = 0): string => {
  if (!isJsonObject(node) || depth > MAX_DEPTH) return '';
  if (node['type'] === 'hardBreak') return '\n';
  if (typeof node['text'] === 'string') return node['text'];
  const content: Json = node['content'] ?? [];
  const inner = Array.isArray(content) ? content.map((child) => textIn(child, depth + 1)).join('') : '';
  return node['type'] === 'paragraph' || node['type'] === 'heading' ? `${inner}\n` : inner;
};

/** The text of a document (Cloud) or of wiki markup (Data Center), without its marks. */
export const plainTextOf = (body: unknown): string =>
  (typeof body === 'string' ? body : textIn(body)).slice(0, MAX_TEXT).replaceAll('\0', '');

const blocksIn = (node: unknown, depth = 0): readonly CodeBlock[] => {
  if (!isJsonObject(node) || depth > MAX_DEPTH) return [];
  if (node['type'] === 'codeBlock') {
    const attributes = isJsonObject(node['attrs']) ? node['attrs'] : {};
    const language = typeof attributes['language'] === 'string' ? attributes['language'].toLowerCase() : '';
    return [{ language, text: textIn(node, depth) }];
  }
  const content: Json = node['content'] ?? [];
  return Array.isArray(content) ? content.flatMap((child) => blocksIn(child, depth + 1)) : [];
};

const WIKI_OPENING = /^[ \t]*\{(code|noformat)(?::([^{}]*))?\}[ \t]*/;
const FENCE = /^[ \t]*```[ \t]*([\w-]*)[ \t]*$/;

/** The language of `{code:title=x|outputs}`: its first parameter without a value. */
const wikiLanguage = (parameters = ''): string =>
  parameters.split('|').find((parameter) => parameter !== '' && !parameter.includes('=')) ?? '';

/** Blocks of a text, line by line: between fences of Markdown, or between wiki macros. */
const blocksOfText = (text: string): readonly CodeBlock[] => {
  const blocks: CodeBlock[] = [];
  let open: { readonly language: string; readonly end: string; readonly lines: string[] } | undefined;
  for (const line of text.replaceAll('\r\n', '\n').split('\n')) {
    if (open !== undefined) {
      const end = line.indexOf(open.end);
      if (end < 0) open.lines.push(line);
      else {
        blocks.push({ language: open.language, text: [...open.lines, line.slice(0, end)].join('\n').trim() });
        open = undefined;
      }
      continue;
    }
    const wiki = WIKI_OPENING.exec(line);
    const fence = FENCE.exec(line);
    if (fence) open = { language: (fence[1] ?? '').toLowerCase(), end: '```', lines: [] };
    else if (wiki) {
      const [whole, macro = 'code', parameters] = wiki;
      const language = wikiLanguage(parameters).toLowerCase();
      const [inner = '', after] = line.slice(whole.length).split(`{${macro}}`, 2);
      if (after === undefined) open = { language, end: `{${macro}}`, lines: [inner] };
      else blocks.push({ language, text: inner.trim() });
    }
  }
  return blocks;
};

/** The code blocks of a description or comment, as people may have written them: as such, in wiki markup, or fenced as in Markdown. */
export const codeBlocksOf = (body: unknown): readonly CodeBlock[] =>
  typeof body === 'string'
    ? blocksOfText(body.slice(0, MAX_TEXT))
    : [...blocksIn(body), ...blocksOfText(plainTextOf(body))];

import { Refusal, type TemplateErrorCode } from './refusal.ts';
import type { Place, TextNode } from './syntax.ts';

/** One tag: `start` and `end` frame its content without sigil and white space. */
export interface Tag extends Place {
  readonly kind: 'value' | 'open' | 'invert' | 'close';
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

const REFUSED: Record<string, { code: TemplateErrorCode; message: string }> = {
  '>': { code: 'partial-refused', message: 'partials ({{> …}}) are not part of the language' },
  '<': { code: 'inheritance-refused', message: 'parents and blocks ({{< …}}, {{$ …}}) are not part of the language' },
  $: { code: 'inheritance-refused', message: 'parents and blocks ({{< …}}, {{$ …}}) are not part of the language' },
  '=': { code: 'delimiter-refused', message: 'the delimiters can’t be changed' },
  '&': {
    code: 'unescaped-refused',
    message: 'every value is escaped for its place; {{& …}} is not part of the language',
  },
  '{': {
    code: 'unescaped-refused',
    message: 'every value is escaped for its place; three braces are not part of the language',
  },
};

const KINDS: Record<string, Tag['kind'] | 'comment'> = { '#': 'open', '^': 'invert', '/': 'close', '!': 'comment' };

/**
 * Cuts a template into text and tags, in order. Section tags and comments that stand alone on a line take the whole line
 * with them, as Mustache defines; comments are left out.
 */
export function* scanTags(text: string, maxTags: number): Generator<TextNode | Tag> {
  let at = 0;
  let count = 0;
  for (;;) {
    const open = text.indexOf('{{', at);
    if (open < 0) break;
    count += 1;
    if (count > maxTags)
      throw new Refusal('too-many-tags', `a template has at most ${maxTags} tags`, { offset: open, length: 2 });
    const sigil = text[open + 2] ?? '';
    refuseSigil(sigil, open);
    const kind = KINDS[sigil] ?? 'value';
    const contentStart = kind === 'value' ? open + 2 : open + 3;
    const close = kind === 'comment' ? text.indexOf('}}', contentStart) : findClose(text, contentStart);
    if (close < 0) throw new Refusal('unclosed-tag', 'this tag is never closed', { offset: open, length: 2 });
    const line = kind === 'value' ? undefined : standaloneLine(text, open, close + 2);
    const textEnd = line?.start ?? open;
    if (textEnd > at) yield textNode(text, at, textEnd);
    if (kind !== 'comment') yield createTag(text, { kind, open, contentStart, close });
    at = line?.end ?? close + 2;
  }
  if (at < text.length) yield textNode(text, at, text.length);
}

const refuseSigil = (sigil: string, offset: number): void => {
  const refused = Object.hasOwn(REFUSED, sigil) ? REFUSED[sigil] : undefined;
  if (refused === undefined) return;
  const hint =
    sigil === '{' ? 'write {{ … }}; a brace of the text itself before a tag needs a space or {{"{"}}' : undefined;
  throw new Refusal(refused.code, refused.message, { offset, length: 3, ...(hint === undefined ? {} : { hint }) });
};

const textNode = (text: string, start: number, end: number): TextNode => ({
  kind: 'text',
  text: text.slice(start, end),
  offset: start,
  length: end - start,
});

const createTag = (
  text: string,
  { kind, open, contentStart, close }: { kind: Tag['kind']; open: number; contentStart: number; close: number },
): Tag => {
  let start = contentStart;
  let end = close;
  while (start < end && text.charCodeAt(start) <= 32) start += 1;
  while (end > start && text.charCodeAt(end - 1) <= 32) end -= 1;
  const place = { offset: open, length: close + 2 - open };
  if (start === end) throw new Refusal('empty-tag', 'this tag is empty', place);
  return { kind, name: text.slice(start, end), start, end, ...place };
};

/** Where the closing braces of a tag stand, those within a quoted text passed over; -1 when nowhere. */
const findClose = (text: string, from: number): number => {
  let quote = '';
  for (let at = from; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (quote !== '') {
      if (character === '\\') at += 1;
      else if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '}' && text[at + 1] === '}') return at;
  }
  return -1;
};

const isBlank = (code: number): boolean => code === 32 || code === 9;

/** The line a tag has to itself, line break included; `undefined` when anything but blanks stands beside it. */
const standaloneLine = (text: string, open: number, close: number): { start: number; end: number } | undefined => {
  let start = open;
  while (start > 0 && isBlank(text.charCodeAt(start - 1))) start -= 1;
  if (start > 0 && text[start - 1] !== '\n') return undefined;
  let end = close;
  while (end < text.length && isBlank(text.charCodeAt(end))) end += 1;
  if (end === text.length) return { start, end };
  if (text[end] === '\n') return { start, end: end + 1 };
  return text.startsWith('\r\n', end) ? { start, end: end + 2 } : undefined;
};

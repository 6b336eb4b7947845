import { type AdfInline, type AdfMark, createText } from './nodes.ts';

/**
 * Wiki text taken apart: `text` is what is shown, `shape` the same with NUL for each escaped character, so that only the author's
 * own markup is found in it. Both have the same length.
 */
export interface WikiText {
  readonly text: string;
  readonly shape: string;
}

const ESCAPE = /\\\\|\\([-#*_+?^~|%{}[\]()!@])|&#(\d{1,7});|&amp;/g;

/** Resolves escapes and entities; two backslashes are a line break. */
export const resolveEscapes = (wiki: string): WikiText => {
  let text = '';
  let shape = '';
  let at = 0;
  for (const found of wiki.matchAll(ESCAPE)) {
    const plain = wiki.slice(at, found.index);
    const resolved = resolve(found);
    text += plain + resolved;
    shape += plain + (resolved === '\n' ? '\n' : '\0'.repeat(resolved.length));
    at = found.index + found[0].length;
  }
  const rest = wiki.slice(at);
  return { text: text + rest, shape: shape + rest };
};

const resolve = ([found, escaped, code]: RegExpExecArray): string => {
  if (found === '\\\\') return '\n';
  if (found === '&amp;') return '&';
  if (escaped !== undefined) return escaped;
  return Number(code) <= 0x10ffff ? String.fromCodePoint(Number(code)) : found;
};

export const sliceText = ({ text, shape }: WikiText, start: number, end?: number): WikiText => ({
  text: text.slice(start, end),
  shape: shape.slice(start, end),
});

const LINK = /\[(?:([^[\]|\n]*)\|)?((?:https?:\/\/|mailto:)[^[\]|\s]+)\]/y;
const STRONG =
  /(?<![\p{L}\p{N}])\*(?=[^\s*])[^*\n]*[^\s*]\*(?![\p{L}\p{N}])|(?<![\p{L}\p{N}])\*[^\s*]\*(?![\p{L}\p{N}])/uy;
const EM = /(?<![\p{L}\p{N}])_(?=[^\s_])[^_\n]*[^\s_]_(?![\p{L}\p{N}])|(?<![\p{L}\p{N}])_[^\s_]_(?![\p{L}\p{N}])/uy;

/** Inline nodes of one run of wiki text: bold, italics, links and line breaks; all else is text as it is. */
export const parseInline = (wiki: WikiText, marks: readonly AdfMark[] = []): AdfInline[] => {
  const nodes: AdfInline[] = [];
  let plainFrom = 0;
  for (let at = 0; at < wiki.shape.length; ) {
    const found = markupAt(wiki, at, marks);
    if (found === undefined) at += 1;
    else {
      nodes.push(...createText(wiki.text.slice(plainFrom, at), marks), ...found.nodes);
      at += found.length;
      plainFrom = at;
    }
  }
  nodes.push(...createText(wiki.text.slice(plainFrom), marks));
  return nodes;
};

const markupAt = (
  wiki: WikiText,
  at: number,
  marks: readonly AdfMark[],
): { nodes: AdfInline[]; length: number } | undefined => {
  const character = wiki.shape[at];
  if (character === '[') return linkAt(wiki, at, marks);
  if (character !== '*' && character !== '_') return undefined;
  const type = character === '*' ? 'strong' : 'em';
  const pattern = character === '*' ? STRONG : EM;
  pattern.lastIndex = at;
  const length = pattern.exec(wiki.shape)?.[0].length;
  if (length === undefined || marks.some((mark) => mark.type === type)) return undefined;
  return { nodes: parseInline(sliceText(wiki, at + 1, at + length - 1), [...marks, { type }]), length };
};

const linkAt = (wiki: WikiText, at: number, marks: readonly AdfMark[]) => {
  LINK.lastIndex = at;
  const found = LINK.exec(wiki.shape);
  if (found === null || marks.some((mark) => mark.type === 'link')) return undefined;
  const [all, label, target = ''] = found;
  const end = at + all.length - 1;
  const href = wiki.text.slice(end - target.length, end);
  const shown =
    label === undefined
      ? { text: href, shape: '\0'.repeat(href.length) }
      : sliceText(wiki, at + 1, at + 1 + label.length);
  return { nodes: parseInline(shown, [...marks, { type: 'link', attrs: { href } }]), length: all.length };
};

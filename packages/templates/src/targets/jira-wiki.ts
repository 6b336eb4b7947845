import { type Encode, type Lexer, layoutBy, type TargetRules } from '../layout.ts';
import { Refusal } from '../refusal.ts';
import type { Place } from '../syntax.ts';
import { isEmpty, jsonOf, textOf, unwrap, type Value } from '../values.ts';
import { withoutControls } from './simple.ts';
import { percentEncode } from './url.ts';

// The state of a place in wiki text is a set of these.
const CODE = 1; // in {code} or {noformat}, where nothing is markup but its end
const STRUCTURED = 2; // on a line that is a heading, list entry, quote or table row: a line break would end it
const URL = 4; // in an address
const MACRO = 8; // between the braces of a macro
const LINK = 16; // in [brackets]
const LINK_TARGET = 32; // after the bar in [brackets]
const LINE_START = 64;
const BACKSLASH = 128; // right after a backslash of the template
const OF_ONE_LINE = STRUCTURED | URL | MACRO | LINK | LINK_TARGET;

const CODE_MACRO = /\{(?:code|noformat)(?::[^{}\n]*)?\}/y;
const STRUCTURE = /[ \t]*(?:h[1-6]\. |bq\. |[*#-]+ |\|)/y;

const matchAt = (pattern: RegExp, text: string, at: number): number => {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
};

const afterCharacter = (state: number, text: string, at: number): number => {
  switch (text[at]) {
    case '{':
      return state | MACRO;
    case '}':
      return state & ~MACRO;
    case '[':
      return state | LINK;
    case ']':
      return state & ~(LINK | LINK_TARGET | URL);
    case '|':
      return state & LINK ? (state | LINK_TARGET) & ~URL : state;
    case ' ':
    case '\t':
      return state & ~URL;
    case ':':
      return text.startsWith('://', at) ? state | URL : state;
    case '\\':
      return state | BACKSLASH;
    default:
      return state;
  }
};

const followText = (start: number, text: string): number => {
  let state = start;
  for (let at = 0; at < text.length; at += 1) {
    if (state & LINE_START && !(state & CODE) && matchAt(STRUCTURE, text, at) > 0) state |= STRUCTURED;
    const macro = text[at] === '{' && !(state & BACKSLASH) ? matchAt(CODE_MACRO, text, at) : 0;
    state &= ~(LINE_START | BACKSLASH);
    if (macro > 0) {
      state ^= CODE;
      at += macro - 1;
    } else if (text[at] === '\n') state = (state & ~OF_ONE_LINE) | LINE_START;
    else if (!(state & CODE)) state = afterCharacter(state, text, at);
    else if (text[at] === '{') state |= MACRO;
    else state &= ~MACRO;
  }
  return state;
};

// A hyphen or underscore between two letters or digits joins a word and is no markup.
const MARKUP = /[\\{}[\]()*+^~?!|%@#]|&(?=#?\w+;)|(?<![A-Za-z0-9])[-_]|[-_](?![A-Za-z0-9])|:(?=[DPp])/g;
const ENTITIES: Record<string, string> = { '\\': '&#92;', '&': '&amp;', ':': '&#58;' };
const LINE_MARKUP = /^((?:h?[1-6]|b?q)?)\./gm;

/** Running text with every character that wiki markup gives a meaning escaped. */
export const escapeWiki = (text: string): string =>
  text.replace(MARKUP, (found) => ENTITIES[found] ?? `\\${found}`).replace(LINE_MARKUP, '$1&#46;');

/** JSON that can't hold the end of a code block. */
const codeJson = (value: Value): string => jsonOf(unwrap(value) ?? null, 2).replace(/\{(?=code|noformat)/gi, '\\u007b');

const listText = (value: Value): string => withoutControls(textOf(value, ', '));

const encodeText: Encode = (value) => {
  const isObject = !isEmpty(value) && typeof value === 'object' && !Array.isArray(value);
  return isObject ? `{code:json}\n${codeJson(value)}\n{code}` : escapeWiki(listText(value));
};

// Two backslashes are wiki markup's line break within a heading, list entry or table cell.
const encodeOnLine: Encode = (value) => listText(value).split('\n').map(escapeWiki).join(' \\\\ ');

// A zero-width space keeps a value from ending the block it stands in.
const encodeInCode: Encode = (value) =>
  withoutControls(textOf(value, ', ')).replace(/\{(?=code|noformat|$)/gi, '{\u200b');

const encodeInUrl: Encode = (value) => textOf(value, ',', percentEncode);

const encodeLinkTarget: Encode = (value) => {
  const text = textOf(value);
  if (!/^https?:\/\//.test(text))
    throw new Refusal('unrepresentable', 'as the target of a link only an http or https URL can stand');
  return text.toWellFormed().replace(/[^\w.~:/?#@!$&'()*+,;=%-]|[~!*]/g, (character) => percentEncode(character));
};

const misplaced = (place: Place, hint: string): Refusal =>
  new Refusal('misplaced-value', 'a value can’t be part of the markup itself', { ...place, hint });

const encoderFor = (state: number, place: Place): Encode => {
  if (state & BACKSLASH) throw misplaced(place, 'put something between the backslash and the value');
  if (state & MACRO) throw misplaced(place, 'put it outside the braces of the macro');
  if (state & CODE) return encodeInCode;
  if (state & URL) return encodeInUrl;
  if (state & LINK_TARGET) return encodeLinkTarget;
  return state & (STRUCTURED | LINK) ? encodeOnLine : encodeText;
};

const lexer: Lexer<number> = {
  start: LINE_START,
  text: (state, node) => followText(state, node.text),
  value: (state, place) => {
    const encode = encoderFor(state, place);
    // After a whole link target comes the rest of the same address. A value may be empty, so the line may still begin.
    return { state: state & LINK_TARGET ? state | URL : state, encode };
  },
  join: (a, b) => ((a ^ b) & (CODE | MACRO | LINK | LINK_TARGET) ? undefined : a | b),
};

/** Jira's wiki markup (Data Center, REST v2): values are text, in code blocks too, and never markup. */
export const jiraWiki: TargetRules = { layout: (nodes) => layoutBy(lexer, nodes) };

import { type Encode, type Lexer, layoutBy, type TargetRules } from '../layout.ts';
import { Refusal } from '../refusal.ts';
import type { Place, TextNode } from '../syntax.ts';
import {
  encodeAfterMarker,
  encodeInCell,
  encodeInCode,
  encodeInLabel,
  encodeInUrl,
  encodeLinkTarget,
  encodeOnLine,
  encodeText,
} from './jira-wiki-values.ts';

// The state of a place in wiki text is a set of these.
const CODE = 1; // in {code}, where nothing is markup but its end
const NOFORMAT = 512; // in {noformat}, likewise
const VERBATIM = CODE | NOFORMAT;
const STRUCTURED = 2; // on a line that is a heading, list entry, quote or table row: a line break would end it
const URL = 4; // in an address
const MACRO = 8; // between the braces of a macro
const LINK = 16; // in [brackets]
const LINK_TARGET = 32; // after the bar in [brackets]
const LINE_START = 64;
const BACKSLASH = 128; // right after a backslash of the template
const AFTER_VALUE = 256; // the line begins with a value, which may be empty
const RULE = 1024; // on a line that begins as a horizontal rule
const MARKER = 2048; // the line is a marker so far, that a blank would make one of a list or heading
const TABLE = 4096; // on a line that is a table row
const OF_ONE_LINE = STRUCTURED | TABLE | RULE | URL | MACRO | LINK | LINK_TARGET;

const OPENING = /\{(code|noformat)(?::[^{}\n]*)?\}/y;
const ENDING = /\{(code|noformat)\}/y;
const STRUCTURE = /(?:h[1-6]\.[ \t]|bq\.[ \t]|(-{4})|[*#-]+[ \t]|\|)/y;
const BARE_MARKER = /(?:[*#-]+|h[1-6]\.|bq\.)$/y;

const matchAt = (pattern: RegExp, text: string, at: number): RegExpExecArray | null => {
  pattern.lastIndex = at;
  return pattern.exec(text);
};

const misplaced = (place: Place, hint: string): Refusal =>
  new Refusal('misplaced-value', 'a value can’t be part of the markup itself', { ...place, hint });

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
      return (state & LINK ? state | LINK_TARGET : state) & ~URL;
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

/** The state after a macro that opens or ends verbatim text at this place, and its length; 0 when there is none. */
const verbatimAt = (state: number, text: string, at: number): { state: number; length: number } => {
  const found = state & BACKSLASH ? null : matchAt(state & VERBATIM ? ENDING : OPENING, text, at);
  const bit = found?.[1] === 'code' ? CODE : NOFORMAT;
  if (found === null || (state & VERBATIM && !(state & bit))) return { state, length: 0 };
  return { state: state ^ bit, length: found[0].length };
};

const inVerbatim = (state: number, character: string): number => {
  if (character === '{') return state | MACRO;
  return /[a-z]/i.test(character) ? state : state & ~MACRO;
};

const atLineStart = (state: number, text: string, at: number, offset: number): number => {
  const structure = matchAt(STRUCTURE, text, at);
  if (structure === null) return matchAt(BARE_MARKER, text, at) === null ? state : state | MARKER;
  if (state & AFTER_VALUE) throw misplaced({ offset: offset + at, length: 1 }, 'begin the line with the markup');
  const kind = structure[1] !== undefined ? RULE : structure[0].endsWith('|') ? TABLE : 0;
  return state | STRUCTURED | kind;
};

const followText = (start: number, { text, offset }: TextNode): number => {
  if (start & MACRO) throw misplaced({ offset, length: 1 }, 'no tag can stand within the braces of a macro');
  let state = start & ~MARKER;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    const isBlank = character === ' ' || character === '\t';
    if (state & LINE_START && !isBlank && !(state & VERBATIM)) state = atLineStart(state, text, at, offset);
    const verbatim = verbatimAt(state, text, at);
    state = verbatim.state & ~(isBlank ? BACKSLASH : LINE_START | BACKSLASH | AFTER_VALUE);
    if (verbatim.length > 0) {
      at += verbatim.length - 1;
      // Behind a block anything begins anew.
      if (!(state & VERBATIM)) state = (state & ~OF_ONE_LINE) | LINE_START;
    } else if (character === '\n') state = (state & ~OF_ONE_LINE) | LINE_START;
    else state = state & VERBATIM ? inVerbatim(state, character) : afterCharacter(state, text, at);
  }
  return state;
};

const encoderFor = (state: number, place: Place, endsLine: boolean): Encode => {
  if (state & BACKSLASH) throw misplaced(place, 'put something between the backslash and the value');
  if (state & MACRO) throw misplaced(place, 'put it outside the braces of the macro');
  if (state & RULE) throw misplaced(place, 'put it on a line of its own');
  if (state & VERBATIM) return encodeInCode;
  if (state & MARKER) return encodeAfterMarker;
  if (state & URL) return encodeInUrl;
  if (state & LINK_TARGET) return encodeLinkTarget;
  if (state & LINK) return encodeInLabel;
  if (state & TABLE) return encodeInCell;
  // A line break of the value would make what follows on its line the beginning of another.
  return state & STRUCTURED || !endsLine ? encodeOnLine : encodeText;
};

const lexer: Lexer<number> = {
  start: LINE_START,
  text: followText,
  value: (state, place, next) => {
    const encode = encoderFor(state, place, next === '' || next?.startsWith('\n') === true);
    // After a whole link target comes the rest of the same address. A value may be empty, so the line may still begin.
    const after = state & LINK_TARGET ? state | URL : state;
    return { state: after & LINE_START ? after | AFTER_VALUE : after, encode };
  },
  join: (a, b) => ((a ^ b) & (VERBATIM | MACRO | LINK | LINK_TARGET) ? undefined : a | b),
  end: (state, offset) => {
    if (state & VERBATIM) throw misplaced({ offset, length: 0 }, 'close {code} or {noformat}');
  },
};

/** Jira's wiki markup (Data Center, REST v2): values are text, in code blocks too, and never markup. */
export const jiraWiki: TargetRules = { layout: (nodes) => layoutBy(lexer, nodes) };

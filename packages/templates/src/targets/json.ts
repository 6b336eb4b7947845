import { type Lexer, layoutBy, MASK, type TargetRules } from '../layout.ts';
import { Refusal } from '../refusal.ts';
import type { Place } from '../syntax.ts';
import { isEmpty, jsonOf, textOf, unwrap, type Value } from '../values.ts';

const jsonState = {
  /** Outside quotes, where a value may begin. */
  open: 0,
  /** Outside quotes, right after a character of the template that a value would run into. */
  closed: 1,
  /** Outside quotes, right after a value. */
  value: 2,
  quoted: 3,
  /** After a backslash within quotes. */
  escape: 4,
  /** Digits of \uXXXX still due: 8 is four of them, 5 is one. */
  hex: 5,
} as const;

const DELIMITERS = ' \t\r\n[]{},:';
const LAST_HEX = jsonState.hex + 3;

const { open, closed, value: afterValue, quoted, escape: afterBackslash, hex } = jsonState;

const step = (state: number, character: string): number => {
  if (state === quoted) return character === '\\' ? afterBackslash : character === '"' ? closed : quoted;
  if (state === afterBackslash) return character === 'u' ? LAST_HEX : quoted;
  if (state >= hex) return state === hex ? quoted : state - 1;
  if (character === '"') return quoted;
  return DELIMITERS.includes(character) ? open : closed;
};

const misplaced = (place: Place, hint: string): Refusal =>
  new Refusal('misplaced-value', 'a value of a JSON text stands in quotes, or by itself outside them', {
    ...place,
    hint,
  });

const encodeQuoted = (value: Value): string => JSON.stringify(textOf(value)).slice(1, -1);

const encodeBare = (value: Value): string => {
  const plain = unwrap(value);
  return isEmpty(plain) ? 'null' : jsonOf(plain);
};

const lexer: Lexer<number> = {
  start: open,
  text: (state, node) => {
    let next = state;
    for (let at = 0; at < node.text.length; at += 1) {
      const character = node.text[at] ?? '';
      if (next === afterValue && !DELIMITERS.includes(character)) {
        throw misplaced({ offset: node.offset + at, length: 1 }, 'put the value and what follows it in quotes');
      }
      next = step(next, character);
    }
    return next;
  },
  value: (state, place) => {
    if (state === quoted) return { state, encode: encodeQuoted };
    if (state === open) return { state: afterValue, encode: encodeBare, mask: JSON.stringify(MASK) };
    if (state >= afterBackslash) throw misplaced(place, 'a value can’t follow a backslash');
    throw misplaced(place, 'put it and its neighbours in quotes, or a comma between');
  },
  join: (a, b) => {
    if (a === b) return a;
    return a <= afterValue && b <= afterValue ? Math.max(a, b) : undefined;
  },
  end: (state, offset) => {
    if (state >= quoted) throw new Refusal('misplaced-value', 'a quote of this JSON text is never closed', { offset });
  },
};

/** JSON text: escapes in quotes, whole values outside them, and the result parses or is refused. */
export const json: TargetRules = {
  layout: (nodes) => layoutBy(lexer, nodes),
  finish: (text) => {
    try {
      JSON.parse(text);
    } catch {
      // The parser's message quotes the text, which may hold a secret.
      throw new Refusal('invalid-result', 'the rendered text is not valid JSON');
    }
  },
};

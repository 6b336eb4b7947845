import { type Encode, type Lexer, layoutBy, type TargetRules } from '../layout.ts';
import { Refusal } from '../refusal.ts';
import type { Place } from '../syntax.ts';
import { textOf } from '../values.ts';

/** Where in an address the text has got to; `colon` and `slash` are inside `://`, `base` is right after a whole address. */
type Position = 'start' | 'scheme' | 'colon' | 'slash' | 'host-start' | 'host' | 'port' | 'base' | 'rest';

export const percentEncode = (text: string): string =>
  encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

const encodePart: Encode = (value) => textOf(value, ',', percentEncode);

const matching =
  (pattern: RegExp, message: string): Encode =>
  (value) => {
    const text = textOf(value);
    if (pattern.test(text)) return text;
    throw new Refusal('unrepresentable', message);
  };

const LABEL = /^[A-Za-z0-9-]+$/;
const HOST = /^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*(?::\d{1,5})?$/;
const ADDRESS = /^https?:\/\/[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*(?::\d{1,5})?(?:\/[\w.~!$&'()*+,;=:@%/-]*)?$/;
const ADDRESS_AND_QUERY =
  /^https?:\/\/[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*(?::\d{1,5})?(?:[/?#][\w.~!$&'()*+,;=:@%/?#-]*)?$/;

const encodeLabel = matching(LABEL, 'as part of a host only letters, digits and hyphens can stand');
const encodeHost = matching(HOST, 'as the host only a host name, and a port, can stand');
const encodePort = matching(/^\d{1,5}$/, 'as the port only digits can stand');
const encodeAddress = matching(
  ADDRESS_AND_QUERY,
  'as the whole address only an http or https URL without user can stand',
);
const encodeBaseAddress = matching(
  ADDRESS,
  'as the start of an address only an http or https URL without user and query can stand',
);

// "https://host/" and "/path" meet in one slash.
const encodeBaseBeforeSlash: Encode = (value) => encodeBaseAddress(value).replace(/\/$/, '');

const ENDS_AUTHORITY = '/?#';

const step = (position: Position, character: string): Position => {
  switch (position) {
    case 'start':
    case 'scheme':
      if (ENDS_AUTHORITY.includes(character)) return 'rest';
      return character === ':' ? 'colon' : 'scheme';
    case 'colon':
      return character === '/' ? 'slash' : 'rest';
    case 'slash':
      return character === '/' ? 'host-start' : 'rest';
    case 'host-start':
    case 'host':
    case 'port':
      if (ENDS_AUTHORITY.includes(character)) return 'rest';
      return character === ':' ? 'port' : position === 'port' ? 'port' : 'host';
    case 'base':
    case 'rest':
      return 'rest';
  }
};

const misplaced = (place: Place, hint: string): Refusal =>
  new Refusal('misplaced-value', 'a value of a URL stands in its path or query, or is a whole host or address', {
    ...place,
    hint,
  });

const endsAuthority = (next: string | undefined): boolean =>
  next !== undefined && (next === '' || ENDS_AUTHORITY.includes(next[0] ?? ''));

const lexer: Lexer<Position> = {
  start: 'start',
  text: (state, node) => {
    let position = state;
    for (let at = 0; at < node.text.length && position !== 'rest'; at += 1)
      position = step(position, node.text[at] ?? '');
    return position;
  },
  value: (position, place, next) => {
    switch (position) {
      case 'rest':
        return { state: position, encode: encodePart };
      case 'start':
        if (!endsAuthority(next)) throw misplaced(place, 'after an address put a slash, a ? or nothing');
        if (next === '') return { state: 'base', encode: encodeAddress };
        return { state: 'base', encode: next?.startsWith('/') ? encodeBaseBeforeSlash : encodeBaseAddress };
      case 'host-start':
        return { state: 'host', encode: endsAuthority(next) || next?.startsWith(':') ? encodeHost : encodeLabel };
      case 'host':
        return { state: 'host', encode: encodeLabel };
      case 'port':
        return { state: 'port', encode: encodePort };
      default:
        throw misplaced(place, 'put a slash before it');
    }
  },
  join: (a, b) => (a === b ? a : undefined),
};

const DOT_SEGMENT = /\/(?:\.|%2e){1,2}(?:\/|$)/i;

const pathOf = (url: string): string =>
  (url.split(/[?#]/, 1)[0] ?? '').replace(/^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/]*/, '');

/** A URL: percent-encoding in path, query and fragment; whole addresses, hosts and ports are checked instead. */
export const url: TargetRules = {
  layout: (nodes) => layoutBy(lexer, nodes),
  finish: (text) => {
    if (!DOT_SEGMENT.test(`/${pathOf(text)}`)) return;
    throw new Refusal('invalid-result', 'the path of the rendered URL has a . or .. segment');
  },
};

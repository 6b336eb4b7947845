import type { Encode } from '../layout.ts';
import { Refusal } from '../refusal.ts';
import { isEmpty, jsonOf, textOf, unwrap, type Value } from '../values.ts';
import { withoutControls } from './simple.ts';
import { percentEncode } from './url.ts';

// A hyphen or underscore between two letters or digits joins a word and is no markup.
const MARKUP = /[\\{}[\]()*+^~?!|%#]|&(?=#?\w+;)|(?<![A-Za-z0-9])[-_]|[-_](?![A-Za-z0-9])|:(?=[DPp])/g;
const ENTITIES: Record<string, string> = { '\\': '&#92;', '&': '&amp;', ':': '&#58;' };
const LINE_MARKUP = /^([ \t]*(?:h?[1-6]|b?q)?)\./gm;

/** Running text with every character that wiki markup gives a meaning escaped. */
const escapeWiki = (text: string): string =>
  text.replace(MARKUP, (found) => ENTITIES[found] ?? `\\${found}`).replace(LINE_MARKUP, '$1&#46;');

/** JSON that can't hold the end of a code block. */
const codeJson = (value: Value): string => jsonOf(unwrap(value) ?? null, 2).replace(/\{(?=code|noformat)/gi, '\\u007b');

const listText = (value: Value): string => withoutControls(textOf(value, ', '));

/** Text of a paragraph, at the end of its line; an object becomes a code block. */
export const encodeText: Encode = (value) => {
  const isObject = !isEmpty(value) && typeof value === 'object' && !Array.isArray(value);
  return isObject ? `{code:json}\n${codeJson(value)}\n{code}` : escapeWiki(listText(value));
};

/** Two backslashes are wiki markup's line break within a heading, list entry or table cell. */
export const encodeOnLine: Encode = (value) => listText(value).split('\n').map(escapeWiki).join(' \\\\ ');

/** Two bars without anything between them would be one of a header. */
export const encodeInCell: Encode = (value) => {
  const text = encodeOnLine(value);
  return text.trim() === '' ? '\u200b' : text;
};

/** In brackets an address would be a link, and a line break the end of one. */
export const encodeInLabel: Encode = (value) =>
  escapeWiki(listText(value).replace(/\s+/g, ' ')).replaceAll(':', '&#58;') || '\u200b';

/** The same behind a marker at the start of a line, which a blank would complete. */
export const encodeAfterMarker: Encode = (value) => encodeOnLine(value).replace(/^(?=\s|$)/, '\u200b');

/** A zero-width space keeps a value from ending the block it stands in. */
export const encodeInCode: Encode = (value) =>
  withoutControls(textOf(value, ', ')).replace(/\{(?=code|noformat|$)/gi, '{\u200b');

/** A part of an address. */
export const encodeInUrl: Encode = (value) => textOf(value, ',', percentEncode);

/** The whole target of a link. */
export const encodeLinkTarget: Encode = (value) => {
  const text = textOf(value);
  if (!/^https?:\/\//.test(text)) {
    throw new Refusal('unrepresentable', 'as the target of a link only an http or https URL can stand');
  }
  return text.toWellFormed().replace(/[^\w.~:/?#@!$&'()*+,;=%-]|[~!*]/g, (character) => percentEncode(character));
};

import { sha256 as digest } from '@noble/hashes/sha2';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils';
import { Refusal } from '../refusal.ts';
import { asJsonText, unwrap } from '../values.ts';
import { numberArgument, textArgument } from './arguments.ts';
import type { TemplateFunction } from './function.ts';

const json: TemplateFunction = {
  name: 'json',
  signature: 'value | json',
  summary: 'The value as JSON text; where a bare value stands, as in a JSON body outside quotes, the value itself.',
  example: { template: '{{.system.user.teams | json}}', gives: '["payments","orders"]' },
  parameters: ['any'],
  seesEmpty: true,
  apply: ([value]) => {
    const plain = unwrap(value);
    // JSON of JSON is a JSON string that holds the first text.
    return asJsonText(plain === value ? (plain ?? null) : textArgument(value));
  },
};

const base64: TemplateFunction = {
  name: 'base64',
  signature: 'text | base64',
  summary: 'Base64 (RFC 4648, with padding) of the text in UTF-8.',
  example: { template: '{{"user:pass" | base64}}', gives: 'dXNlcjpwYXNz' },
  parameters: ['text'],
  apply: ([text]) => {
    const bytes = new TextEncoder().encode(textArgument(text));
    let binary = '';
    for (const byte of bytes) binary += String.fromCharCode(byte);
    return btoa(binary);
  },
};

const sha256: TemplateFunction = {
  name: 'sha256',
  signature: 'text | sha256',
  summary: 'SHA-256 of the text in UTF-8, as 64 hexadecimal digits.',
  example: { template: '{{"orders" | sha256 | truncate 8}}', gives: '1c168adb' },
  parameters: ['text'],
  apply: ([text]) => bytesToHex(digest(utf8ToBytes(textArgument(text)))),
};

const number: TemplateFunction = {
  name: 'number',
  signature: 'text | number',
  summary: 'The number a text says, so that it is written bare; anything else is an error.',
  example: { template: '{{" 5432" | number}}', gives: '5432' },
  parameters: ['number'],
  apply: ([value]) => numberArgument(value),
};

const DATE = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?$/;
const TOKEN = /YYYY|MM|DD|HH|mm|ss|SSS/g;

// Date rolls the 30th of February over to March; the day by itself must come back as it was written.
const momentOf = (text: string): Date => {
  const day = new Date(DATE.test(text) ? text.slice(0, 10) : Number.NaN);
  const moment = new Date(text);
  if (
    Number.isNaN(day.getTime()) ||
    Number.isNaN(moment.getTime()) ||
    !text.startsWith(day.toISOString().slice(0, 10))
  ) {
    throw new Refusal('bad-value', 'takes a date (YYYY-MM-DD) or an ISO 8601 moment with its offset');
  }
  return moment;
};

const tokens = (moment: Date): Record<string, string> => {
  const iso = moment.toISOString();
  return {
    YYYY: iso.slice(0, 4),
    MM: iso.slice(5, 7),
    DD: iso.slice(8, 10),
    HH: iso.slice(11, 13),
    mm: iso.slice(14, 16),
    ss: iso.slice(17, 19),
    SSS: iso.slice(20, 23),
  };
};

const date: TemplateFunction = {
  name: 'date',
  signature: 'moment | date ["format"]',
  summary: 'A date or ISO 8601 moment in UTC; the format is made of YYYY MM DD HH mm ss SSS, YYYY-MM-DD unless given.',
  example: { template: '{{"2026-03-01T09:30:00Z" | date "DD.MM.YYYY HH:mm"}}', gives: '01.03.2026 09:30' },
  parameters: ['text', 'text'],
  required: 1,
  apply: ([input, format = 'YYYY-MM-DD']) => {
    const text = textArgument(input);
    const parts = tokens(momentOf(text));
    return textArgument(format).replace(TOKEN, (token) => parts[token] ?? token);
  },
};

export const conversionFunctions: readonly TemplateFunction[] = [json, base64, sha256, number, date];

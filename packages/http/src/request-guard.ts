import type { IncomingMessage } from 'node:http';
import { refuse } from './errors.ts';

/** Headers that must not come twice: Node joins or drops the second one, and another parser may choose the other. */
const SINGLE_HEADERS = [
  'host',
  'authorization',
  'content-type',
  'idempotency-key',
  'x-correlation-id',
  'x-pao-identity',
  'traceparent',
  'origin',
];

const BY_LENGTH = new Map(
  SINGLE_HEADERS.map((name) => [name.length, SINGLE_HEADERS.filter((other) => other.length === name.length)]),
);

const repeatedHeader = (rawHeaders: readonly string[]): string | undefined => {
  const seen = new Set<string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const raw = rawHeaders[index] ?? '';
    // Most headers are none of these and have another length, so they aren't even copied.
    if (!BY_LENGTH.has(raw.length)) continue;
    const name = raw.toLowerCase();
    if (!BY_LENGTH.get(raw.length)?.includes(name)) continue;
    if (seen.has(name)) return name;
    seen.add(name);
  }
  return undefined;
};

/** Empty and dot segments, a backslash, an encoded slash, backslash, dot segment or NUL: what two parsers read differently. */
const AMBIGUOUS_PATH = /\/\/|\\|%2f|%5c|%00|\/(?:\.|%2e){1,2}(?:\/|$)|#/i;
const BROKEN_ESCAPE = /%(?![\da-f]{2})/i;

const pathFlaw = (target: string): string | undefined => {
  if (!target.startsWith('/')) return 'must start with a slash';
  const query = target.indexOf('?');
  const path = query < 0 ? target : target.slice(0, query);
  if (AMBIGUOUS_PATH.test(path)) return 'has an empty or dot segment, a backslash or an encoded separator';
  return BROKEN_ESCAPE.test(target) ? 'has a broken percent escape' : undefined;
};

/** Refuses a request line or headers that different parsers would understand differently. */
export const guardRequest = ({ url = '', rawHeaders }: IncomingMessage): void => {
  const flaw = pathFlaw(url);
  if (flaw !== undefined) refuse({ code: 'INVALID_REQUEST', message: `The request's path ${flaw}.` });
  const repeated = repeatedHeader(rawHeaders);
  if (repeated !== undefined)
    refuse({ code: 'INVALID_REQUEST', message: `The header ${repeated} must not come twice.` });
};

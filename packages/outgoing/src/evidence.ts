import { isJsonObject, type Json, type JsonObject } from '@pao/kernel';
import type { HttpExchange } from './http-outcome.ts';

const MAX_TEXT = 2_048;
/** Larger bodies are shown as they are, cut. */
const MAX_PARSED = 65_536;
const MAX_DEPTH = 10;

const SECRET_NAME =
  /password|passwd|passphrase|secret|token|credential|api[-_]?key|private[-_]?key|access[-_]?key|authori[sz]ation|cookie|session/i;

const NAMED_SECRET = new RegExp(`((?:${SECRET_NAME.source})["']?\\s*[:=]\\s*["']?)[^"'\\s,;&}]+`, 'gi');

/** Headers that help a person and give nothing away. */
const TOLD = ['content-type', 'location', 'retry-after', 'x-request-id', 'x-correlation-id', 'atl-traceid'];

const censor = (value: Json, depth = 0): Json => {
  if (depth > MAX_DEPTH) return '[cut]';
  if (Array.isArray(value)) return value.map((entry) => censor(entry, depth + 1));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      SECRET_NAME.test(name) && member !== null ? '[redacted]' : censor(member, depth + 1),
    ]),
  );
};

/** A text that is no JSON, or too long to look into: what looks like a member or a header with a secret's name. */
const censorText = (text: string): string =>
  text.replaceAll(NAMED_SECRET, '$1[redacted]').replaceAll(/\b(bearer|basic) +[\w.~+/=-]{6,}/gi, '$1 [redacted]');

const bodyText = (body: string): string => {
  const start = body.slice(0, MAX_TEXT);
  if (body.length > MAX_PARSED || !/^\s*[[{]/.test(start)) return censorText(start);
  try {
    return JSON.stringify(censor(JSON.parse(body) as Json));
  } catch {
    return censorText(start);
  }
};

/** What a target answered, fit to be shown: cut, without members that are named like secrets. */
export const evidenceOfExchange = (exchange: HttpExchange): JsonObject => {
  if (exchange.kind === 'failed') return { phase: exchange.phase };
  const told = TOLD.flatMap((name) => {
    const value = exchange.headers[name];
    return value === undefined ? [] : [[name, value.slice(0, 200)]];
  });
  const { body } = exchange;
  const text = exchange.binary ? `[binary, ${Buffer.from(body, 'base64').length} bytes]` : bodyText(body);
  const cut = !exchange.binary && (text.length > MAX_TEXT || body.length > MAX_TEXT);
  return {
    status: exchange.status,
    headers: Object.fromEntries(told) as JsonObject,
    body: cut ? `${text.slice(0, MAX_TEXT)}…` : text,
    ...(exchange.incomplete && { incomplete: exchange.incomplete }),
  };
};

import type { HttpExchange } from '../../core/domain/http-outcome.ts';

const CENSORED = '[redacted]';
/** Anything shorter would be found in every other word. */
const MIN_LENGTH = 4;

/** The shapes in which a secret comes back. */
const shapesOf = (secret: string): readonly string[] => [
  secret,
  JSON.stringify(secret).slice(1, -1),
  encodeURIComponent(secret),
  Buffer.from(secret).toString('base64'),
];

/** Takes the given secrets out of a text. */
export type Scrub = (text: string) => string;

export const createScrub = (secrets: readonly string[]): Scrub => {
  const shapes = [...new Set(secrets.filter((secret) => secret.length >= MIN_LENGTH).flatMap(shapesOf))];
  return (text) => shapes.reduce((rest, shape) => rest.replaceAll(shape, CENSORED), text);
};

/** Targets echo what they get, errors above all. What they answer is cleaned before anything else sees it. */
export const scrubExchange = (exchange: HttpExchange, scrub: Scrub): HttpExchange => {
  if (exchange.kind === 'failed') return { ...exchange, message: scrub(exchange.message) };
  const headers = Object.fromEntries(Object.entries(exchange.headers).map(([name, value]) => [name, scrub(value)]));
  return { ...exchange, headers, body: scrub(exchange.body) };
};

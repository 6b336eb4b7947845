import type { Scrub } from '@pao/kernel';
import type { HttpExchange } from './http-outcome.ts';

/** Targets echo what they get, errors above all. What they answer is cleaned before anything else sees it. */
export const scrubExchange = (exchange: HttpExchange, scrub: Scrub): HttpExchange => {
  if (exchange.kind === 'failed') return { ...exchange, message: scrub(exchange.message) };
  const headers = Object.fromEntries(Object.entries(exchange.headers).map(([name, value]) => [name, scrub(value)]));
  return { ...exchange, headers, body: scrub(exchange.body) };
};

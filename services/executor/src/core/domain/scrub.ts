import type { Json } from '@pao/kernel';
import { MIN_SECRET_LENGTH, shapesOf } from './secret-shapes.ts';
import type { Failure, Success, Verdict } from './verdict.ts';

const CENSORED = '[redacted]';

/** Takes the given secrets out of a text. */
export type Scrub = (text: string) => string;

export const createScrub = (secrets: readonly string[]): Scrub => {
  const all = secrets.filter((secret) => secret.length >= MIN_SECRET_LENGTH).flatMap(shapesOf);
  // The longest first, since a shape may be part of another.
  const shapes = [...new Set(all)].toSorted((a, b) => b.length - a.length);
  return (text) => shapes.reduce((rest, shape) => rest.replaceAll(shape, CENSORED), text);
};

/** Takes them out of every text in a value, names of members included, and out of numbers that read like one. */
export const scrubJson = <T extends Json>(value: T, scrub: Scrub): T => scrubbed(value, scrub) as T;

const scrubbed = (value: Json, scrub: Scrub): Json => {
  if (typeof value === 'string') return scrub(value);
  if (typeof value === 'number') return scrub(String(value)) === String(value) ? value : CENSORED;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((entry: Json) => scrubbed(entry, scrub));
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [scrub(name), scrubbed(member, scrub)]));
};

export const scrubFailure = ({ code, message, evidence }: Failure, scrub: Scrub): Failure => ({
  code,
  message: scrub(message),
  ...(evidence && { evidence: scrubJson(evidence, scrub) }),
});

export const scrubSuccess = (success: Success, scrub: Scrub): Success => ({
  ...success,
  result: scrubJson(success.result, scrub),
  offered: scrubJson(success.offered, scrub),
  evidence: scrubJson(success.evidence, scrub),
  ...(success.externalRef !== undefined && { externalRef: scrub(success.externalRef) }),
});

export const scrubVerdict = (verdict: Verdict, scrub: Scrub): Verdict =>
  verdict.kind === 'ok' ? scrubSuccess(verdict, scrub) : { ...verdict, failure: scrubFailure(verdict.failure, scrub) };

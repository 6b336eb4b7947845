import type { Json } from './json.ts';
import { MIN_SECRET_LENGTH, shapesOf } from './secret-shapes.ts';

const CENSORED = '[redacted]';

/** Takes the given secrets out of a text. */
export type Scrub = (text: string) => string;

/** Where there are no secrets. */
const NOTHING: Scrub = (text) => text;

export const createScrub = (secrets: readonly string[]): Scrub => {
  const all = secrets.filter((secret) => secret.length >= MIN_SECRET_LENGTH).flatMap(shapesOf);
  if (all.length === 0) return NOTHING;
  // The longest first, since a shape may be part of another.
  const shapes = [...new Set(all)].toSorted((a, b) => b.length - a.length);
  return (text) => shapes.reduce((rest, shape) => rest.replaceAll(shape, CENSORED), text);
};

/** Takes them out of every text in a value, names of members included, and out of numbers that read like one. */
export const scrubJson = <T extends Json>(value: T, scrub: Scrub): T =>
  scrub === NOTHING ? value : (scrubbed(value, scrub) as T);

const scrubbed = (value: Json, scrub: Scrub): Json => {
  if (typeof value === 'string') return scrub(value);
  if (typeof value === 'number') return scrub(String(value)) === String(value) ? value : CENSORED;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((entry: Json) => scrubbed(entry, scrub));
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [scrub(name), scrubbed(member, scrub)]));
};

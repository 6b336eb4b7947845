import examples from '@octokit/webhooks-examples' with { type: 'json' };
import type { Json } from '@pao/kernel';

interface Example {
  readonly event: string;
  readonly payload: Json;
}

/** Every payload that GitHub's documentation shows, of every event. */
export const githubExamples: readonly Example[] = (
  examples as unknown as readonly { readonly name: string; readonly examples: readonly Json[] }[]
).flatMap(({ name, examples: payloads }) => payloads.map((payload) => ({ event: name, payload })));

/** Numbers in [0, 1) that follow from the seed (mulberry32). */
export const randomFrom = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

const STRANGE: readonly Json[] = [null, 0, -1, '', '\u0000', true, [], {}, [null], { commits: null }];

/** The payload with members removed, nulled or replaced by something strange at random. */
export const mutated = (value: Json, random: () => number): Json => {
  if (random() < 0.05) return STRANGE[Math.floor(random() * STRANGE.length)] ?? null;
  if (Array.isArray(value)) return value.map((entry: Json) => mutated(entry, random));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(() => random() > 0.05);
  return Object.fromEntries(kept.map(([key, member]) => [key, mutated(member, random)]));
};

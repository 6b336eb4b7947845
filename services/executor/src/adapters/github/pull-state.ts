import type { JsonObject } from '@pao/kernel';
import { z } from 'zod';

const pullState = z.object({
  commitSha: z.string(),
  head: z.string(),
  into: z.string(),
  number: z.int().positive().optional(),
  url: z.string().optional(),
  /** Until when it is waited for the pull request, ISO 8601. */
  until: z.string().optional(),
  looks: z.int().optional(),
});

/** What a commit with a pull request keeps between its steps. */
export type PullState = z.output<typeof pullState>;

export const stateOf = (state: PullState): JsonObject =>
  Object.fromEntries(Object.entries(state).filter(([, value]) => value !== undefined)) as JsonObject;

export const readState = (state: JsonObject): PullState => pullState.parse(state);

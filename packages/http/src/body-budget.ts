import type { ServerResponse } from 'node:http';

/** Takes so many bytes; false when there are not as many left. */
export type TakeBytes = (bytes: number) => boolean;

export interface BodyBudget {
  /** What is taken for a call is given back when its answer is closed. */
  takeFor(response: ServerResponse): TakeBytes;
}

/** Memory that the bodies of all calls may hold at once: for large ones from callers that nobody knows yet. */
export const createBodyBudget = (bytes: number): BodyBudget => {
  let left = bytes;
  return {
    takeFor: (response) => {
      let held = 0;
      response.once('close', () => {
        left += held;
        held = 0;
      });
      return (size) => {
        if (size > left) return false;
        left -= size;
        held += size;
        return true;
      };
    },
  };
};

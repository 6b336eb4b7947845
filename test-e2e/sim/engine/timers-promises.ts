import { sleep } from './virtual-time.ts';

/** Stands in for `node:timers/promises` where the product runs in virtual time. */
export const setTimeout = <T>(
  ms: number,
  value?: T,
  options: { readonly signal?: AbortSignal } = {},
): Promise<T | undefined> => sleep(ms, value, options.signal);

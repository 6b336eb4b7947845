import type { ExecutionContext } from 'ava';
import fc from 'fast-check';

/** Cases of each property: 2,000, or 50,000 when PAO_DEEP is set. */
export const runs = process.env.PAO_DEEP ? 50_000 : 2_000;

/** Asserts that a property holds in so many cases. */
export const holds = <Ts>(t: ExecutionContext, property: fc.IRawProperty<Ts>, numRuns = runs): void => {
  t.timeout(30 * 60_000);
  // The properties are synchronous, so there is nothing to wait for.
  void fc.assert(property, { numRuns });
  t.pass();
};

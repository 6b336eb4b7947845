// @boundaries-ignore the code under test
import type { Request } from '../../../services/request/src/core/domain/request.ts';
import { TENANT } from '../world/tenant.ts';
import type { Facts } from './facts.ts';

/** What the documents of a run say, written down a second time. */
const QUOTAS: Readonly<
  Record<string, { readonly resource: string; readonly per: 'team' | 'tenant'; readonly max: number }>
> = {
  scarce: { resource: 'things', per: 'team', max: 1 },
  approved: { resource: 'approved', per: 'tenant', max: 2 },
};

interface Counted {
  readonly counter: string;
  readonly max: number;
}

/** Which count a request stands in. Who is in no team is counted alone. */
const countedAs = ({ catalog, requester }: Request): Counted | undefined => {
  const quota = QUOTAS[catalog.id];
  if (quota === undefined) return undefined;
  const { resource, per, max } = quota;
  const [team] = requester.teams;
  const holder =
    per === 'tenant' ? `tenant ${TENANT}` : team === undefined ? `user ${requester.email}` : `team ${team}`;
  return { counter: `${resource} ${holder}`, max };
};

/** There is never more than there may be, what is refused would have been too much, and the counters are the sums of what stands. */
export function* quotasHold(facts: Facts): Iterable<string> {
  yield* neverExceeded(facts);
  const expected = new Map<string, { reserved: number; committed: number }>();
  for (const request of facts.requests) {
    const counted = countedAs(request);
    if (counted === undefined || request.status === 'aborted') continue;
    const sum = expected.get(counted.counter) ?? { reserved: 0, committed: 0 };
    expected.set(counted.counter, sum);
    sum[request.status === 'completed' ? 'committed' : 'reserved'] += 1;
  }
  const counters = new Map(facts.quotas.map((row) => [`${row.resource} ${row.per} ${row.scope}`, row]));
  for (const counter of new Set([...expected.keys(), ...counters.keys()])) {
    const sum = expected.get(counter) ?? { reserved: 0, committed: 0 };
    const row = counters.get(counter) ?? { reserved: 0, committed: 0 };
    if (sum.reserved !== row.reserved || sum.committed !== row.committed)
      yield `QUOTA ${counter} counts ${row.reserved} and ${row.committed}, there are ${sum.reserved} and ${sum.committed}`;
  }
}

function* neverExceeded({ history: { commits, quotaRefused } }: Facts): Iterable<string> {
  const holding = new Map<string, Counted>();
  const used = (counter: string): number =>
    [...holding.values()].reduce((sum, held) => sum + Number(held.counter === counter), 0);
  const refusals = quotaRefused.toSorted((a, b) => a.after - b.after);
  for (let index = 0; index <= commits.length; index += 1) {
    for (const { after, requests } of refusals) {
      const wanted = requests.flatMap((request) => countedAs(request) ?? []);
      const isTooMuch = wanted.some(
        ({ counter, max }) => used(counter) + wanted.filter((one) => one.counter === counter).length > max,
      );
      if (after === index && !isTooMuch)
        yield `QUOTA ${requests.map(({ name }) => name).join()} was refused, and would have fit`;
    }
    const commit = commits[index];
    const counted = commit && countedAs(commit.after);
    if (commit === undefined || counted === undefined) continue;
    if (commit.after.status === 'aborted') holding.delete(commit.after.id);
    else holding.set(commit.after.id, counted);
    if (used(counted.counter) > counted.max)
      yield `QUOTA ${counted.counter} is ${used(counted.counter)}, and may be ${counted.max}`;
  }
}

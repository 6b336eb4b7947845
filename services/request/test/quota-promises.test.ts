import { startProcess } from '@pao/testkit';
import test from 'ava';
import * as fc from 'fast-check';
import type { Request } from '../src/core/domain/request.ts';
import { anItem, aPublication } from './documents.ts';
import { uuid } from './given.ts';
import { aborted, aUnit, counted, type QuotaHarness, released, reported } from './quota-store.contract.ts';
import { submission } from './request-store.contract.ts';
import { closeStores, openMemoryStores, openStores } from './stores.ts';

test.after.always(closeStores);

const DEEP = process.env['PAO_DEEP'] === '1';

test('after kill -9 in the middle, and at any moment before, counters are the sums of what requests use', async (t) => {
  const { url, catalog, database, store } = await openStores();
  await catalog.publish(aPublication(anItem()));
  const mismatches = () => database.query({ text: 'SELECT * FROM quota_mismatches' });
  const seen: unknown[] = [];
  const told = new Set<string>();
  for (let round = 0; round < (DEEP ? 50 : 4); round += 1) {
    const user = await startProcess(new URL('quota-user.fixture.ts', import.meta.url), {
      environment: { DATABASE_URL: url },
      // Looked at all the while: each look sees one moment, and at no moment may anything be amiss.
      isReady: async (output) => {
        seen.push(...(await mismatches()));
        return output.split('\n').length > 200 + round * 7;
      },
    });
    await user.kill();
    for (const id of user.output().split('\n').slice(0, -1)) told.add(id);
    t.deepEqual([...seen, ...(await mismatches())], []);
    t.deepEqual(await database.query({ text: 'SELECT * FROM quota_counters WHERE reserved + committed > max' }), []);
  }
  for (const id of told) t.not(await store.find(id), undefined, id);
  const states = await database.query<{ state: string }>({ text: 'SELECT DISTINCT state FROM quota_reservations' });
  t.true(states.length >= 2);
});

const MAX = 4;
const KINDS = ['submit', 'complete', 'fail', 'abort', 'release'] as const;

/** What happens at once; `pick` chooses among the requests there are. */
const moments = fc.array(
  fc.array(
    fc.record({
      kind: fc.constantFrom(...KINDS, 'submit' as const),
      units: fc.array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 3 }),
      pick: fc.nat(),
    }),
    { minLength: 1, maxLength: 6 },
  ),
  { minLength: 1, maxLength: 8 },
);

type Happening = { kind: (typeof KINDS)[number]; units: string[]; pick: number };

let ids = 8_000_000;
const fresh = (): string => uuid((ids += 1));

const happen = async (
  { store }: QuotaHarness,
  accepted: string[],
  { kind, units, pick }: Happening,
  prefix: string,
) => {
  if (kind === 'submit') {
    const quota = units.map((resource) => aUnit({ resource: `${prefix}-${resource}`, max: MAX }));
    const request = counted(quota, { id: fresh(), submissionId: fresh() });
    if ((await store.submit(submission([request]))) === 'stored') accepted.push(request.id);
    return;
  }
  const before = await store.find(accepted[pick % accepted.length] ?? fresh());
  const next = before && nextOf(before, kind);
  if (!next) return;
  if (kind === 'abort' || kind === 'release') await store.saveDecision(before, next);
  else await store.save(fresh(), before, next);
};

const nextOf = (before: Request, kind: Exclude<Happening['kind'], 'submit'>) => {
  const [task] = before.tasks;
  if (kind === 'release') return before.status === 'completed' ? released(before, [1]) : undefined;
  if (kind === 'abort')
    return before.status === 'submitted' || before.status === 'failed' ? aborted(before) : undefined;
  if (before.status === 'aborting' && kind === 'fail') return reported(before, 'cancel');
  return task?.status === 'queued' && before.status !== 'aborted' ? reported(before, kind) : undefined;
};

/** Counted by the requests themselves. */
const sums = async ({ quotas, store }: QuotaHarness, accepted: readonly string[]) => {
  const counts = new Map<string, [reserved: number, committed: number]>();
  for (const id of accepted) {
    const states = await quotas.unitStates(id);
    for (const [index, { resource }] of ((await store.find(id))?.quota ?? []).entries()) {
      const [reserved, committed] = counts.get(resource) ?? [0, 0];
      counts.set(resource, [
        reserved + Number(states[index] === 'reserved'),
        committed + Number(states[index] === 'committed'),
      ]);
    }
  }
  return [...counts]
    .filter(([, [reserved, committed]]) => reserved + committed > 0)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
};

const holds = async (
  harness: QuotaHarness,
  runs: number,
  check: (sum: unknown, listed: unknown, most: number) => void,
) => {
  await harness.catalog.publish(aPublication(anItem()));
  let prefixes = 0;
  const property = fc.asyncProperty(moments, async (all) => {
    const prefix = `p${(prefixes += 1)}`;
    const accepted: string[] = [];
    for (const happenings of all) {
      await Promise.all(happenings.map((happening) => happen(harness, accepted, happening, prefix)));
      const rows = await harness.quotas.list({ tenantId: 'default', limit: 100_000 });
      const own = rows.filter(({ resource }) => resource.startsWith(`${prefix}-`));
      const listed = own.map(({ resource, reserved, committed }) => [resource, [reserved, committed]]);
      check(await sums(harness, accepted), listed, Math.max(0, ...own.map((one) => one.reserved + one.committed)));
    }
  });
  await fc.assert(property, { numRuns: runs });
};

for (const [name, setup, runs] of [
  ['memory', async () => openMemoryStores(), DEEP ? 2_000 : 100],
  ['postgres', () => openStores(), DEEP ? 500 : 30],
] as const) {
  test(`${name}: whatever happens at once, counters are the sums of the units and never over the limit`, async (t) => {
    await holds(await setup(), runs, (sum, listed, most) => {
      t.deepEqual(listed, sum);
      t.true(most <= MAX);
    });
  });
}

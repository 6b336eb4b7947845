import { readFile } from 'node:fs/promises';
import test from 'ava';
import { MUTANTS } from './mutants/all.ts';
import { applyEdits } from './mutants/mutant.ts';
import type { SeedResult } from './run/run-seed.ts';
import { findViolation, runSeeds } from './run/run-seeds.ts';

const isDeep = process.env['PAO_DEEP'] === '1';
const SEEDS = isDeep ? 100_000 : 2_000;
/** So many runs a planted bug may stay hidden. */
const PATIENCE = isDeep ? 20_000 : 600;

/** Found within a few runs, and each in another part of the product. */
const SAMPLE: ReadonlySet<string> = new Set([
  'START is not recorded',
  'a 500 is a failure for certain',
  'an abort leaves pending tasks as they are',
  'the head of the audit is not moved on',
  'a task does not wait for what it depends on',
  'who asks for a task whose follow-up has begun hears nothing',
]);

const said = ({ seed, violations }: SeedResult): string =>
  `${violations[0]} (npm run sim -- --seed ${seed} shows the run)`;

test.serial(
  `in ${SEEDS} runs with crashes, lost answers and doubles, nothing that is promised is broken`,
  async (t) => {
    t.timeout(isDeep ? 3_600_000 : 600_000);
    let runs = 0;
    const failed: string[] = [];
    await runSeeds({
      from: 1,
      count: SEEDS,
      jobs: 2,
      onResult: (result) => {
        runs += 1;
        if (result.violations.length > 0) failed.push(said(result));
        return failed.length < 3;
      },
    });
    t.deepEqual(failed, []);
    t.is(runs, SEEDS);
  },
);

test.serial('one seed is one run, step by step', async (t) => {
  const digestsOf = async (): Promise<ReadonlyMap<number, string>> => {
    const digests = new Map<number, string>();
    await runSeeds({
      from: 1,
      count: 20,
      jobs: 1,
      onResult: ({ seed, digest }) => Boolean(digests.set(seed, digest)),
    });
    return digests;
  };
  const [first, second] = [await digestsOf(), await digestsOf()];
  t.is(first.size, 20);
  t.is(new Set(first.values()).size, 20);
  t.deepEqual(second, first);
});

test('every planted bug still has its place in the sources', async (t) => {
  for (const { name, edits } of MUTANTS) {
    const files = new Set(edits.map(({ file }) => file));
    for (const file of files) {
      const source = await readFile(new URL(`../../${file}`, import.meta.url), 'utf8');
      const ofFile = edits.filter((edit) => edit.file === file);
      t.notThrows(() => applyEdits(source, ofFile), name);
      t.not(applyEdits(source, ofFile), source, name);
    }
  }
});

for (const { name } of MUTANTS.filter((mutant) => isDeep || SAMPLE.has(mutant.name))) {
  test.serial(`a planted bug is found: ${name}`, async (t) => {
    t.timeout(isDeep ? 3_600_000 : 600_000);
    const found = await findViolation({ from: 1, count: PATIENCE, jobs: 2, mutant: name });
    t.not(found, undefined);
    t.log(`after ${found?.seed} runs: ${found?.violations[0]?.slice(0, 160)}`);
  });
}

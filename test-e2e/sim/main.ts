import { parseArgs } from 'node:util';
import { MUTANTS, mutantNamed } from './mutants/all.ts';
import type { SeedResult } from './run/run-seed.ts';
import { findViolation, runSeeds } from './run/run-seeds.ts';

const { values: options } = parseArgs({
  options: {
    /** How many. */
    seeds: { type: 'string', default: '2000' },
    /** One run alone. */
    seed: { type: 'string' },
    from: { type: 'string', default: '1' },
    /** The whole trace of one run. */
    trace: { type: 'boolean', default: false },
    /** A planted bug, or `all` of them one after the other. */
    mutant: { type: 'string' },
    jobs: { type: 'string', default: '2' },
  },
});

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Lines of the trace that a failure shows. */
const TAIL = 40;
/** Lines that tell of nothing but of waiting. */
const IDLE = /\.(lead|next|find|due|listInDoubt)(: .*)?$|could not be read|a run failed/;

const replayOf = ({ seed }: SeedResult): string => {
  const mutant = options.mutant === undefined || options.mutant === 'all' ? '' : ` --mutant '${options.mutant}'`;
  return `node test-e2e/sim/main.ts --seed ${seed}${mutant} --trace`;
};

const report = (result: SeedResult): void => {
  const { seed, violations, trace, digest } = result;
  if (options.trace) for (const line of trace) say(line);
  else if (violations.length > 0) for (const line of trace.filter((one) => !IDLE.test(one)).slice(-TAIL)) say(line);
  for (const violation of violations) say(`VIOLATED ${violation}`);
  say(`SEED=${seed} TRACE=${digest}`);
  if (violations.length > 0) say(`again: ${replayOf(result)}`);
};

const one = async (seed: number): Promise<boolean> => {
  let isGood = true;
  await runSeeds({
    from: seed,
    count: 1,
    jobs: 1,
    mutant: options.mutant,
    keepTrace: options.trace,
    onResult: (result) => {
      report(result);
      isGood = result.violations.length === 0;
      return true;
    },
  });
  return isGood;
};

const PROGRESS_MS = 5_000;

const many = async (from: number, count: number): Promise<boolean> => {
  const began = performance.now();
  let [runs, steps, requests, effects, saidAt] = [0, 0, 0, 0, began];
  let failed: SeedResult | undefined;
  await runSeeds({
    from,
    count,
    jobs: Number(options.jobs),
    mutant: options.mutant,
    onResult: (result) => {
      runs += 1;
      steps += result.steps;
      requests += result.requests;
      effects += result.effects;
      if (result.violations.length > 0) failed ??= result;
      if (performance.now() - saidAt > PROGRESS_MS) {
        saidAt = performance.now();
        say(`${runs} of ${count} runs`);
      }
      return failed === undefined;
    },
  });
  if (failed) report(failed);
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  say(`${runs} runs, ${steps} steps, ${requests} requests, ${effects} effects in ${seconds} s`);
  return failed === undefined;
};

/** Plants every bug, one after the other, and tells after how many runs it was found. */
const allMutants = async (from: number, count: number): Promise<boolean> => {
  let missed = 0;
  for (const { name } of MUTANTS) {
    const found = await findViolation({ from, count, jobs: Number(options.jobs), mutant: name });
    if (found === undefined) missed += 1;
    const verdict = found
      ? `seed ${found.seed - from + 1}: ${found.violations[0]?.slice(0, 100)}`
      : `NOT FOUND in ${count}`;
    say(`${name.padEnd(60)} ${verdict}`);
  }
  say(`${MUTANTS.length - missed} of ${MUTANTS.length} planted bugs found`);
  return missed === 0;
};

const run = async (): Promise<boolean> => {
  const [from, count] = [Number(options.from), Number(options.seeds)];
  if (options.mutant === 'all') return allMutants(from, count);
  if (options.mutant !== undefined) mutantNamed(options.mutant);
  return options.seed === undefined ? many(from, count) : one(Number(options.seed));
};

process.exitCode = (await run()) ? 0 : 1;

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Action, NextStep } from '@pao/executor-sdk';
import { eventually } from '@pao/testkit';
import anyTest, { type ExecutionContext } from 'ava';
import {
  actionOf,
  applyOf,
  type Bench,
  bench,
  carriedOut,
  contextOf,
  hasTerraform,
  planned,
  succeeded,
} from './support/terraform.ts';

const test = hasTerraform ? anyTest : anyTest.skip;

/** Tells in `effects.txt` each time that it happens, and ends once there is a file `go`. */
const slow = ({ folder }: Bench): Action => {
  const command = `echo happened >> ${folder}/effects.txt; while [ ! -e ${folder}/go ]; do sleep 0.05; done`;
  const contentTemplate = `
resource "terraform_data" "slow" {
  provisioner "local-exec" { command = ${JSON.stringify(command)} }
}
output "id" { value = terraform_data.slow.id }
`;
  return actionOf({ files: [{ path: 'main.tf', contentTemplate }] });
};

const effectsIn = async ({ folder }: Bench): Promise<number> =>
  (await readFile(join(folder, 'effects.txt'), 'utf8').catch(() => '')).split('\n').length - 1;

// The shell makes the file a moment before it writes into it.
const hasBegun = (on: Bench) => eventually(async () => (await effectsIn(on)) > 0);
const letGo = (on: Bench) => writeFile(join(on.folder, 'go'), '');

const nextOf = async (t: ExecutionContext, on: Bench, action: Action): Promise<NextStep> => {
  const { next } = succeeded(t, await planned(on, action));
  if (next?.kind !== 'step') throw new Error('there is nothing to apply');
  return next;
};

/** The process of another executor that begins the apply, and does not come to its end. */
const beginElsewhere = async (
  t: ExecutionContext,
  on: Bench,
  { action, next }: { readonly action: Action; readonly next: NextStep },
) => {
  const order = { options: on.options, action, point: next, name: `${on.name}-apply` };
  const script = fileURLToPath(new URL('support/terraform-process.ts', import.meta.url));
  const child: ChildProcess = spawn(process.execPath, [script, JSON.stringify(order)], { stdio: 'inherit' });
  t.teardown(() => child.kill('SIGKILL'));
  await hasBegun(on);
  return child;
};

const kill = async (child: ChildProcess): Promise<void> => {
  child.kill('SIGKILL');
  await once(child, 'exit');
};

const pidOfApply = async ({ options, name }: Bench): Promise<number> => {
  for (const folder of await readdir(options.directory)) {
    if (!folder.startsWith(name)) continue;
    const note = JSON.parse(await readFile(join(options.directory, folder, 'child.json'), 'utf8').catch(() => '{}'));
    if (note.applies) return note.pid;
  }
  throw new Error('nothing applies');
};

test('an apply whose executor is killed goes on, and is found once it has ended', async (t) => {
  const on = await bench(t);
  const action = slow(on);
  const next = await nextOf(t, on, action);
  const child = await beginElsewhere(t, on, { action, next });
  await kill(child);
  t.deepEqual(await on.terraform.sweep(), { removed: 0, left: 1, rescued: [] });
  const effect = await applyOf(await bench(t, on.options), action, next);
  const early = await effect.probe(contextOf(on, 'apply', 600));
  t.like(early, { kind: 'inconclusive', again: true });
  await letGo(on);
  const probe = await effect.probe(contextOf(on, 'apply'));
  t.like(probe, { kind: 'found', success: { result: { plan: { add: 1, change: 0, destroy: 0 } } } });
  t.is(await effectsIn(on), 1);
  t.like(await on.terraform.sweep(), { left: 0 });
});

test('an apply that is killed with all it runs is not taken for done, and not run again', async (t) => {
  const on = await bench(t);
  const action = slow(on);
  const next = await nextOf(t, on, action);
  const child = await beginElsewhere(t, on, { action, next });
  const pid = await pidOfApply(on);
  await kill(child);
  process.kill(-pid, 'SIGKILL');
  const effect = await applyOf(await bench(t, on.options), action, next);
  t.not(effect.repeatable, true);
  const probe = await effect.probe(contextOf(on, 'apply'));
  t.is(probe.kind, 'inconclusive');
  t.regex(probe.kind === 'inconclusive' ? probe.note : '', /before the apply, and is .* now/);
  t.is(await effectsIn(on), 1);
  t.deepEqual(await on.terraform.sweep(), { removed: 1, left: 0, rescued: [] });
});

test('what an executor has left behind that only reads is killed and removed; what one is at stays', async (t) => {
  const on = await bench(t);
  const run = await on.terraform.open('pao-of-a-living-one', { deadline: Infinity, tell: () => {} }, {});
  t.deepEqual(await on.terraform.sweep(), { removed: 0, left: 0, rescued: [] });
  await run?.close();
  t.deepEqual(await readdir(on.options.directory), []);
});

test('a state that somebody has locked is waited for, and its holder is named', async (t) => {
  const on = await bench(t);
  const action = slow(on);
  const next = await nextOf(t, on, action);
  const applying = (await applyOf(on, action, next)).run(contextOf(on, 'apply'));
  await hasBegun(on);
  const verdict = await planned(on, action);
  t.like(verdict, { kind: 'not-executed', retryAfterMs: 10_000, failure: { code: 'TERRAFORM_STATE_LOCKED' } });
  t.regex(JSON.stringify(verdict), /"who":"[^"]+@[^"]+".*"since":"20\d\d-/);
  await letGo(on);
  succeeded(t, await applying);
});

test('an apply that runs out of its time is asked to end, and nobody takes it for done', async (t) => {
  const on = await bench(t);
  const action = slow(on);
  const effect = await applyOf(on, action, await nextOf(t, on, action));
  const verdict = await effect.run(contextOf(on, 'apply', 4_000));
  t.like(verdict, {
    kind: 'unknown',
    failure: { code: 'TERRAFORM_INTERRUPTED', evidence: { begun: ['terraform_data.slow'] } },
  });
  t.is(await effectsIn(on), 1);
  t.deepEqual(await readdir(on.options.directory), []);
});

test('an executor that stops has its apply end, and says what had begun', async (t) => {
  const on = await bench(t);
  const action = slow(on);
  const running = (await applyOf(on, action, await nextOf(t, on, action))).run(contextOf(on, 'apply'));
  await hasBegun(on);
  on.terraform.stop();
  t.like(await running, { kind: 'unknown', failure: { code: 'TERRAFORM_INTERRUPTED' } });
  await t.throwsAsync(planned(on, action), { name: 'TransientError' });
});

test('a plan that is not the same any more is not applied', async (t) => {
  const on = await bench(t);
  const config = (name: string) => ({
    files: [
      { path: 'main.tf', contentTemplate: 'variable "name" {}\nresource "terraform_data" "a" { input = var.name }\n' },
    ],
    variables: { name },
    workspace: 'shared',
  });
  const next = await nextOf(t, on, actionOf(config('one')));
  const fresh = await bench(t, on.options);
  const other = await (await applyOf(fresh, actionOf(config('two')), next)).run(contextOf(fresh, 'apply'));
  t.like(other, { kind: 'definite-failure', failure: { code: 'TERRAFORM_PLAN_CHANGED' } });
  succeeded(t, await carriedOut(fresh, actionOf(config('one'))));
  const stale = await (await applyOf(on, actionOf(config('one')), next)).run(contextOf(on, 'apply'));
  t.like(stale, { kind: 'definite-failure', failure: { code: 'TERRAFORM_PLAN_CHANGED' } });
});

test('a change that fails is told with what was done before it', async (t) => {
  const on = await bench(t);
  const contentTemplate = `
resource "terraform_data" "first" {}
resource "terraform_data" "second" {
  input = terraform_data.first.id
  provisioner "local-exec" { command = "exit 3" }
}
`;
  const verdict = await carriedOut(on, actionOf({ files: [{ path: 'main.tf', contentTemplate }] }));
  t.like(verdict, {
    kind: 'unknown',
    failure: { code: 'TERRAFORM_APPLY_FAILED', evidence: { done: ['terraform_data.first'] } },
  });
});

test('a configuration that makes no sense fails for certain, in the words of Terraform', async (t) => {
  const on = await bench(t);
  const broken = actionOf({ files: [{ path: 'main.tf', contentTemplate: 'output "x" { value = var.nothing }\n' }] });
  const verdict = await planned(on, broken);
  t.like(verdict, { kind: 'definite-failure', failure: { code: 'TERRAFORM_PLAN_FAILED' } });
  t.regex(JSON.stringify(verdict), /Reference to undeclared input variable/);
});

test('runs that find none free in their time say so', async (t) => {
  const on = await bench(t, { concurrency: 1 });
  const action = slow(on);
  const running = (await applyOf(on, action, await nextOf(t, on, action))).run(contextOf(on, 'apply'));
  await hasBegun(on);
  const effect = await on.runner.prepare(action, []);
  t.like(effect.ok && (await effect.value.run(contextOf(on, 'plan', 100))), {
    kind: 'not-executed',
    failure: { code: 'TERRAFORM_BUSY' },
  });
  await letGo(on);
  succeeded(t, await running);
});

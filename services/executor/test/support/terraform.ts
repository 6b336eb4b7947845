import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Action, ActionRunner, Effect, EffectContext, NextStep, Success, Verdict } from '@pao/executor-sdk';
import { commandOf, newId } from '@pao/executor-sdk/testing';
import { err, type JsonObject, ok } from '@pao/kernel';
import type { ExecutionContext } from 'ava';
import { createTerraformAction } from '../../src/adapters/terraform/action.ts';
import { createTerraform, type Terraform } from '../../src/adapters/terraform/cli.ts';
import type { TerraformOptions } from '../../src/terraform-settings.ts';

/** OpenTofu, where that is to be tested instead. */
const binary = process.env['PAO_TEST_TERRAFORM'] ?? 'terraform';

/** Without Terraform these tests are skipped, and counted as such. */
export const hasTerraform = ((): boolean => {
  try {
    execFileSync(binary, ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

const environmentSecrets = new Map([['env:DB_PASSWORD', 'hunter2-in-the-vault']]);

/** Commits nothing: tells what it was given. */
const commit: ActionRunner = {
  type: 'git-commit',
  step: 'commit',
  takesSecretIn: () => false,
  prepare: async ({ config }) =>
    ok({
      target: 'git',
      resend: { attempts: 1, backoff: 'linear', firstDelayMs: 0 },
      run: async () => ({ kind: 'ok', result: config, offered: {}, evidence: {} }),
      probe: async () => ({ kind: 'impossible' }),
    }),
};

export interface Bench {
  readonly terraform: Terraform;
  readonly runner: ActionRunner;
  readonly destroyer: ActionRunner;
  readonly folder: string;
  readonly options: TerraformOptions;
  /** What was told on the way. */
  readonly log: string[];
  /** The name that the effects of one task carry, but for the step. */
  readonly name: string;
}

/** The runner as it is asked to undo. */
const undoing = (runner: ActionRunner, taskId: string): ActionRunner => {
  const { undo, proceed } = runner;
  if (!undo || !proceed) throw new Error('terraform can undo, in steps');
  const undone = (action: Action): Action => ({
    ...action,
    rollbackOf: { taskId, generation: 1, outputs: {} },
  });
  return {
    ...runner,
    prepare: (action, secrets) => undo(undone(action), secrets, { name: 'pao-x-g1-plan', outputs: {} }),
    proceed: (action, secrets, point) => proceed(undone(action), secrets, point),
  };
};

export const bench = async (t: ExecutionContext, options: Partial<TerraformOptions> = {}): Promise<Bench> => {
  const folder = await mkdtemp(join(tmpdir(), 'pao-terraform-test-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const all: TerraformOptions = {
    binary,
    directory: join(folder, 'runs'),
    stateDirectory: join(folder, 'states'),
    pgConnection: undefined,
    modulesDirectory: join(folder, 'modules'),
    cliConfig: undefined,
    pluginCache: undefined,
    concurrency: 2,
    graceMs: 5_000,
    lockSeconds: 0,
    diskBytes: 1_000_000_000,
    forbidLocalExec: false,
    path: process.env['PATH'] ?? '',
    envNames: [],
    env: {},
    ...options,
  };
  const terraform = createTerraform(all);
  const secrets = {
    resolve: async (reference: string) => {
      const secret = environmentSecrets.get(reference);
      return secret === undefined ? err({ code: 'SECRET_NOT_FOUND', message: reference }) : ok(secret);
    },
  };
  const dependencies = { terraform, secrets, commit };
  const runner = createTerraformAction(dependencies);
  const taskId = newId();
  const destroyer = undoing(createTerraformAction(dependencies), taskId);
  return { terraform, runner, destroyer, folder, options: all, log: [], name: `pao-${taskId}-g1` };
};

export const actionOf = (config: JsonObject, more: Partial<Action> = {}): Action =>
  commandOf({ action: { type: 'terraform', config, timeoutSeconds: 60, ...more } }).action;

export const contextOf = ({ name, log }: Bench, step: string, remainingMs = 60_000): EffectContext => ({
  name: `${name}-${step}`,
  remainingMs,
  log: (level, message) => log.push(`${level} ${message}`),
});

const effectOf = (prepared: Awaited<ReturnType<ActionRunner['prepare']>>): Effect => {
  if (!prepared.ok) throw new Error(`${prepared.error.code}: ${prepared.error.message}`);
  return prepared.value;
};

export const planned = async (
  on: Bench,
  action: Action,
  { runner = on.runner, secrets = [] as readonly string[] } = {},
) => effectOf(await runner.prepare(action, secrets)).run(contextOf(on, 'plan'));

export const applyOf = async (
  on: Bench,
  action: Action,
  next: NextStep,
  { runner = on.runner, secrets = [] as readonly string[] } = {},
) => effectOf((await runner.proceed?.(action, secrets, next)) ?? err({ code: 'NONE', message: 'no later steps' }));

/** The plan, and its apply where one follows. */
export const carriedOut = async (
  on: Bench,
  action: Action,
  options: { readonly runner?: ActionRunner; readonly secrets?: readonly string[] } = {},
): Promise<Verdict> => {
  const first = await planned(on, action, options);
  if (first.kind !== 'ok' || first.next?.kind !== 'step') return first;
  return (await applyOf(on, action, first.next, options)).run(contextOf(on, first.next.step));
};

export const succeeded = (t: ExecutionContext, verdict: Verdict): Success => {
  if (verdict.kind !== 'ok') t.log(JSON.stringify(verdict, undefined, 1));
  if (verdict.kind !== 'ok') throw new Error(`${verdict.kind}: ${verdict.failure.code}: ${verdict.failure.message}`);
  return verdict;
};

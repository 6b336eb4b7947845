import {
  type Action,
  type ActionRunner,
  configInvalid,
  DEFAULT_RESEND,
  type Effect,
  type Failure,
  type Look,
  type Point,
  parseConfig,
  type ResendPolicy,
  type SecretStore,
} from '@pao/executor-sdk';
import { err, ok, type Result } from '@pao/kernel';
import { aboutTerraform } from './about.ts';
import { planKept, runApplyStep } from './apply-step.ts';
import type { Terraform } from './cli.ts';
import { type TerraformConfig, terraformConfig } from './config.ts';
import { decide } from './decide.ts';
import { createGenerate } from './generate.ts';
import { createKeptRuns } from './kept-runs.ts';
import { lookForApply } from './look-for-apply.ts';
import { APPLY, runPlanStep } from './plan-step.ts';
import { prepareConfig } from './prepared.ts';
import type { TerraformTask } from './task.ts';

export interface TerraformDependencies {
  readonly terraform: Terraform;
  readonly secrets: SecretStore;
  /** The action type `git-commit`, which `generate` is made of; undefined where it is not served. */
  readonly commit: ActionRunner | undefined;
}

/** A lock is somebody's work, which may take minutes. */
const RESEND: ResendPolicy = { ...DEFAULT_RESEND, attempts: 10, backoff: 'linear', firstDelayMs: 5_000 };

const targetOf = ({ config }: { readonly config: TerraformConfig }, what: string): string =>
  `terraform ${what} (${config.module?.source ?? `${config.files?.length ?? 0} files`})`;

const planEffect = (task: TerraformTask): Effect => ({
  target: targetOf(task.prepared, task.destroy ? 'plan -destroy' : 'plan'),
  resend: RESEND,
  repeatable: true,
  run: (context) => runPlanStep(task, context),
  probe: async () => ({ kind: 'impossible' }),
});

const applyEffect = (task: TerraformTask, point: Point): Effect => {
  const kept = planKept(point.state);
  return {
    target: targetOf(task.prepared, 'apply'),
    resend: RESEND,
    run: (context) => runApplyStep(task, kept, context),
    probe: (context) => lookForApply(task, kept, context),
  };
};

const unknownStep = (step: string): Failure => ({
  code: 'STEP_UNKNOWN',
  message: `A terraform action has no step ${JSON.stringify(step)}.`,
});

const checked = ({ config, idempotent }: Action): Result<TerraformConfig, Failure> => {
  const parsed = parseConfig(terraformConfig, config);
  if (!parsed.ok || parsed.value.mode !== 'apply' || !idempotent) return parsed;
  // After a crash the same plan, applied again, does what it did once more.
  return err({ ...configInvalid('mode', 'an apply is not `idempotent`: leave that out of the action') });
};

type Purpose = 'as asked' | 'destroy';

const runnerOf = (
  { terraform, secrets: store, commit }: TerraformDependencies,
  purpose: Purpose,
): ActionRunner & Required<Pick<ActionRunner, 'proceed' | 'look'>> => {
  const kept = createKeptRuns();
  const generate = createGenerate(commit);
  const destroy = purpose === 'destroy';

  const taskOf = async (
    config: TerraformConfig,
    secrets: readonly string[],
    undoes: string | undefined,
  ): Promise<Result<TerraformTask, Failure>> => {
    if (destroy && !(config.destroyOnRollback && config.mode === 'apply'))
      return err(configInvalid('destroyOnRollback', 'is not set for an apply, so nothing is destroyed'));
    const version = await terraform.version();
    if (!version.ok) return version;
    const prepared = await prepareConfig(config, { options: terraform.options, store, requestSecrets: secrets });
    return prepared.ok ? ok({ terraform, prepared: prepared.value, kept, destroy, undoes }) : prepared;
  };

  const isGenerated = (config: TerraformConfig): boolean => config.mode === 'generate' && !destroy;

  return {
    type: 'terraform',
    about: aboutTerraform(terraform.found),
    step: 'plan',
    takesSecretIn: (member) => member === 'variables' || member === 'env',
    prepare: async (action, secrets) => {
      const config = checked(action);
      if (!config.ok) return config;
      if (isGenerated(config.value)) return generate.prepare(action, config.value, secrets);
      const task = await taskOf(config.value, secrets, action.rollbackOf?.taskId);
      return task.ok ? ok(planEffect(task.value)) : task;
    },
    proceed: async (action, secrets, point) => {
      const config = checked(action);
      if (!config.ok) return config;
      if (isGenerated(config.value)) return generate.proceed(action, config.value, secrets, point);
      if (point.step !== APPLY) return err(unknownStep(point.step));
      const task = await taskOf(config.value, secrets, action.rollbackOf?.taskId);
      return task.ok ? ok(applyEffect(task.value, point)) : task;
    },
    look: async (action, _secrets, point, context): Promise<Look> => {
      const config = checked(action);
      if (!config.ok) return { kind: 'definite-failure', failure: config.error };
      return isGenerated(config.value) ? generate.look(action, config.value, point, context) : decide(point, context);
    },
  };
};

/**
 * `terraform`: a plan, its approval where the document wants one, and the apply of that very plan; or a commit of what was generated.
 * The plan changes nothing and is repeated freely. The apply is an effect like any other: it is never run again by itself, and what
 * became of one that nobody saw end is read from the state. What undoes it is the same on a plan that destroys all that its state
 * has, for documents that say `destroyOnRollback`; `approvePlan` holds for it as well.
 */
export const createTerraformAction = (dependencies: TerraformDependencies): ActionRunner => {
  const asAsked = runnerOf(dependencies, 'as asked');
  const destroying = runnerOf(dependencies, 'destroy');
  const runnerFor = ({ rollbackOf }: Action): Required<Pick<ActionRunner, 'proceed' | 'look'>> =>
    rollbackOf === undefined ? asAsked : destroying;
  return {
    ...asAsked,
    undo: (action, secrets) => destroying.prepare(action, secrets),
    proceed: (action, secrets, point) => runnerFor(action).proceed(action, secrets, point),
    look: (action, secrets, point, context) => runnerFor(action).look(action, secrets, point, context),
  };
};

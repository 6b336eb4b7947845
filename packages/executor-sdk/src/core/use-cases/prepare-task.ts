import { createScrub, err, ok, type Result, type Scrub, scrubJson } from '@pao/kernel';
import { attemptName, REFUSED } from '../domain/attempt.ts';
import { scrubFailure, scrubSuccess, scrubVerdict } from '../domain/scrub.ts';
import { brokenType } from '../domain/steps.ts';
import type { Action, TaskCommand } from '../domain/task-command.ts';
import type { Failure } from '../domain/verdict.ts';
import type { ActionRunner, ActionRunners, Effect, Point } from '../ports/action-runner.ts';
import type { CompileOutputs, ReadOutputs } from '../ports/output-expressions.ts';
import type { Sealer } from '../ports/sealer.ts';
import { type OpenedAction, openAction } from './open-action.ts';

export interface PreparedTask {
  readonly step: string;
  readonly effect: Effect;
  readonly readOutputs: ReadOutputs;
  readonly continues: boolean;
}

/** The first step of a command, or the one at `point`. */
export type PrepareTask = (command: TaskCommand, point?: Point) => Promise<Result<PreparedTask, Failure>>;

export interface PrepareTaskDependencies {
  readonly runners: ActionRunners;
  readonly compileOutputs: CompileOutputs;
  /** Undefined without keys: then commands with secrets fail. */
  readonly sealer: Sealer | undefined;
}

export interface OpenedTask extends OpenedAction {
  readonly runner: ActionRunner;
  readonly readOutputs: ReadOutputs;
  readonly scrub: Scrub;
}

/** The command with what carries it out. Secrets are opened here, and not before. */
export const openTask = (
  command: TaskCommand,
  { runners, compileOutputs, sealer }: PrepareTaskDependencies,
): Result<OpenedTask, Failure> => {
  const { type, outputs: expressions } = command.action;
  const runner = runners.get(type);
  if (runner === undefined) {
    const known = [...runners.keys()].join(', ');
    const message = `This executor does not know the action type ${JSON.stringify(type)}. It serves ${known}.`;
    return err({ code: 'UNKNOWN_ACTION_TYPE', message });
  }
  const outputs = compileOutputs(expressions);
  if (!outputs.ok) return outputs;
  const opened = openAction(command, runner, sealer);
  if (!opened.ok) return opened;
  return ok({ ...opened.value, runner, readOutputs: outputs.value, scrub: createScrub(opened.value.secrets) });
};

const undoOf = async (runner: ActionRunner, action: Action, secrets: readonly string[]) => {
  const { type, step } = runner;
  if (runner.undo === undefined || action.rollbackOf === undefined)
    return err({ code: 'ROLLBACK_UNSUPPORTED', message: `The action type ${type} can't undo what it did here.` });
  const { taskId, generation, outputs, externalRef } = action.rollbackOf;
  return runner.undo(action, secrets, { name: attemptName({ taskId, generation, step }), outputs, externalRef });
};

const effectOf = async ({ runner, action, secrets }: OpenedTask, point: Point | undefined) => {
  if (point === undefined) return action.rollbackOf ? undoOf(runner, action, secrets) : runner.prepare(action, secrets);
  if (runner.proceed === undefined) return err(brokenType(runner.type, 'it has steps that it does not prepare'));
  return runner.proceed(action, secrets, point);
};

/** Everything that can be found wrong with a step before anything is sent, and, of the first one, before anything is recorded. */
export const createPrepareTask =
  (dependencies: PrepareTaskDependencies): PrepareTask =>
  async (command, point) => {
    const opened = openTask(command, dependencies);
    if (!opened.ok) return opened;
    const { runner, secrets, scrub, readOutputs } = opened.value;
    const effect = await effectOf(opened.value, point);
    if (!effect.ok) return err(scrubFailure(effect.error, scrub));
    if (runner.step === REFUSED) throw new Error(`the step ${REFUSED} of ${runner.type} is reserved`);
    return ok({
      step: point?.step ?? runner.step,
      effect: secrets.length > 0 ? scrubbedEffect(effect.value, scrub) : effect.value,
      readOutputs,
      continues: runner.continues === true,
    });
  };

/** Whatever the type of action lets through of the secrets it was given stays here. */
const scrubbedEffect = (effect: Effect, scrub: Scrub): Effect => ({
  ...effect,
  target: scrub(effect.target),
  run: async (context) => {
    const log: typeof context.log = (level, message, data) =>
      context.log?.(level, scrub(message), data && scrubJson(data, scrub));
    const progress: typeof context.progress = (percent, text) => context.progress?.(percent, text && scrub(text));
    return scrubVerdict(await effect.run({ ...context, log, progress }), scrub);
  },
  probe: async (context) => {
    const probe = await effect.probe(context);
    switch (probe.kind) {
      case 'found':
        return { ...probe, success: scrubSuccess(probe.success, scrub) };
      case 'inconclusive':
        return { ...probe, note: scrub(probe.note) };
      case 'impossible':
        return probe;
      default:
        return probe satisfies never;
    }
  },
});

import { createScrub, err, ok, type Result, type Scrub } from '@pao/kernel';
import { REFUSED } from '../domain/attempt.ts';
import { scrubFailure, scrubSuccess, scrubVerdict } from '../domain/scrub.ts';
import type { TaskCommand } from '../domain/task-command.ts';
import type { Failure } from '../domain/verdict.ts';
import type { ActionRunners, Effect } from '../ports/action-runner.ts';
import type { CompileOutputs, ReadOutputs } from '../ports/output-expressions.ts';
import type { Sealer } from '../ports/sealer.ts';
import { openAction } from './open-action.ts';

export interface PreparedTask {
  readonly step: string;
  readonly effect: Effect;
  readonly readOutputs: ReadOutputs;
}

export type PrepareTask = (command: TaskCommand) => Promise<Result<PreparedTask, Failure>>;

export interface PrepareTaskDependencies {
  readonly runners: ActionRunners;
  readonly compileOutputs: CompileOutputs;
  /** Undefined without keys: then commands with secrets fail. */
  readonly sealer: Sealer | undefined;
}

/** Everything that can be found wrong with a command before anything is recorded or sent. Secrets are opened here, and not before. */
export const createPrepareTask =
  ({ runners, compileOutputs, sealer }: PrepareTaskDependencies): PrepareTask =>
  async (command) => {
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
    const { action, secrets } = opened.value;
    const scrub = createScrub(secrets);
    const effect = await runner.prepare(action, secrets);
    if (!effect.ok) return err(scrubFailure(effect.error, scrub));
    if (runner.step === REFUSED) throw new Error(`the step ${REFUSED} of ${runner.type} is reserved`);
    return ok({
      step: runner.step,
      effect: secrets.length > 0 ? scrubbedEffect(effect.value, scrub) : effect.value,
      readOutputs: outputs.value,
    });
  };

/** Whatever the type of action lets through of the secrets it was given stays here. */
const scrubbedEffect = (effect: Effect, scrub: Scrub): Effect => ({
  ...effect,
  target: scrub(effect.target),
  run: async (context) => {
    const log: typeof context.log = (level, message) => context.log?.(level, scrub(message));
    return scrubVerdict(await effect.run({ ...context, log }), scrub);
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

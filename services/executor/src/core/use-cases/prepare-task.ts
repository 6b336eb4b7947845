import { err, ok, type Result } from '@pao/kernel';
import { REFUSED } from '../domain/attempt.ts';
import type { TaskCommand } from '../domain/task-command.ts';
import type { Failure } from '../domain/verdict.ts';
import type { ActionRunners, Effect } from '../ports/action-runner.ts';
import type { CompileOutputs, ReadOutputs } from '../ports/output-expressions.ts';

export interface PreparedTask {
  readonly step: string;
  readonly effect: Effect;
  readonly readOutputs: ReadOutputs;
}

export type PrepareTask = (command: TaskCommand) => Promise<Result<PreparedTask, Failure>>;

/** Everything that can be found wrong with a command before anything is recorded or sent. */
export const createPrepareTask =
  ({
    runners,
    compileOutputs,
  }: {
    readonly runners: ActionRunners;
    readonly compileOutputs: CompileOutputs;
  }): PrepareTask =>
  async ({ action }) => {
    const runner = runners.get(action.type);
    if (runner === undefined) {
      const known = [...runners.keys()].join(', ');
      const message = `This executor does not know the action type ${JSON.stringify(action.type)}. It serves ${known}.`;
      return err({ code: 'UNKNOWN_ACTION_TYPE', message });
    }
    const outputs = compileOutputs(action.outputs);
    if (!outputs.ok) return outputs;
    const effect = await runner.prepare(action);
    if (!effect.ok) return effect;
    if (runner.step === REFUSED) throw new Error(`the step ${REFUSED} of ${runner.type} is reserved`);
    return ok({ step: runner.step, effect: effect.value, readOutputs: outputs.value });
  };

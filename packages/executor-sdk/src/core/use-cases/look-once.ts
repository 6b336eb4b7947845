import { type Scrub, TransientError } from '@pao/kernel';
import { attemptName } from '../domain/attempt.ts';
import { scrubNext, scrubSuccess, scrubVerdict } from '../domain/scrub.ts';
import type { Ending } from '../domain/verdict.ts';
import type { Look } from '../ports/action-runner.ts';
import type { ReadOutputs } from '../ports/output-expressions.ts';
import type { ParkedTask } from '../ports/parked-tasks.ts';
import type { Timing } from '../ports/timing.ts';
import { openTask, type PrepareTaskDependencies } from './prepare-task.ts';

/** Of one look. */
export const LOOK_MS = 30_000;

export interface Found {
  readonly look: Look;
  readonly readOutputs: ReadOutputs;
}

/** Looks once at what a task waits for; changes nothing. Throws TransientError, without any secret, for whatever went wrong. */
export type LookOnce = (task: ParkedTask, late: boolean) => Promise<Found>;

export const createLookOnce = (dependencies: PrepareTaskDependencies & { readonly timing: Timing }): LookOnce => {
  const { timing } = dependencies;

  /** Rejects when the time of a look is over: whatever hangs must not hold its task. */
  const inTime = async <T>(work: Promise<T>): Promise<T> => {
    const over = Promise.withResolvers<never>();
    const callOff = timing.after(LOOK_MS, () => over.reject(new TransientError(`no answer in ${LOOK_MS / 1_000} s`)));
    return Promise.race([work, over.promise]).finally(callOff);
  };

  return async ({ command, key, park, answer }, late) => {
    const opened = openTask(command, dependencies);
    if (!opened.ok) throw new TransientError(opened.error.message);
    const { runner, action, secrets, scrub, readOutputs } = opened.value;
    if (runner.look === undefined) throw new TransientError(`${runner.type} does not look at what it waits for`);
    const context = { name: attemptName(key), remainingMs: LOOK_MS, answer, late };
    const point = { step: key.step, state: park.state };
    try {
      const look = await inTime(runner.look(action, secrets, point, context));
      return { look: secrets.length > 0 ? scrubLook(look, scrub) : look, readOutputs };
    } catch (thrown) {
      const message = scrub(thrown instanceof Error ? thrown.message : String(thrown));
      throw new TransientError(message, thrown instanceof TransientError ? {} : { cause: thrown });
    }
  };
};

const scrubLook = (look: Look, scrub: Scrub): Look => {
  switch (look.kind) {
    case 'ok':
      return scrubSuccess(look, scrub);
    case 'definite-failure':
    case 'unknown':
      return scrubVerdict(look, scrub) as Ending;
    default:
      return scrubNext(look, scrub);
  }
};

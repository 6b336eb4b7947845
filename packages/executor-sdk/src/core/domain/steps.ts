import type { Json, JsonObject } from '@pao/kernel';
import { type AttemptKey, attemptName, REFUSED } from './attempt.ts';
import type { ActionState, Ending, Failure, NextStep, Park, Success } from './verdict.ts';

/** What a step left in the world when its task went on. */
export interface DoneStep {
  readonly step: string;
  /** The name its effect carries. */
  readonly attempt: string;
  readonly externalRef?: string;
  readonly evidence: JsonObject;
}

/** What a later step is prepared from, whoever prepares it. */
export interface StepPoint {
  readonly state: ActionState;
  readonly done: readonly DoneStep[];
  /** Fence of whoever began the step: tells one's own from that of somebody else. */
  readonly by: number;
  /** Digest of the answer that came last, so that the same one is known when it comes again. */
  readonly answered?: string | undefined;
}

/** How a task went on behind a step that is done. */
export interface GoneOn {
  readonly next: NextStep | Park;
  readonly done: readonly DoneStep[];
}

/** Steps of one task, parks not counted. */
const MAX_STEPS = 20;
/** JSON text of the evidence that is kept of one step. */
const MAX_EVIDENCE = 4_000;
const STEP_NAME = /^[a-z][a-z0-9-]{0,39}$/;

export const doneStep = (key: AttemptKey, { externalRef, evidence }: Success): DoneStep => ({
  step: key.step,
  attempt: attemptName(key),
  ...(externalRef !== undefined && { externalRef }),
  evidence: JSON.stringify(evidence).length <= MAX_EVIDENCE ? evidence : { cut: 'too long to be kept' },
});

/** The ending, in the evidence of a failure with what stands of the steps before it. */
export const withDone = (ending: Ending, done: readonly DoneStep[]): Ending => {
  if (ending.kind === 'ok' || done.length === 0) return ending;
  const doneBefore = done.map((step) => ({ ...step })) as Json;
  const { failure } = ending;
  return { ...ending, failure: { ...failure, evidence: { ...failure.evidence, doneBefore } } };
};

export const brokenType = (type: string, what: string): Failure => ({
  code: 'ACTION_TYPE_BROKEN',
  message: `The action type ${type} is broken: ${what}. What its earlier steps have done stands.`,
});

/** What is wrong with going on like this, for a task whose steps so far are `done`. */
export const wrongNext = (next: NextStep, done: readonly DoneStep[]): string | undefined => {
  const { step } = next;
  if (!STEP_NAME.test(step) || step === REFUSED) return `${JSON.stringify(step)} is no name for a step`;
  if (done.some((before) => before.step === step)) return `it has done the step ${step} already`;
  if (done.length >= MAX_STEPS) return `it has more than ${MAX_STEPS} steps`;
  return undefined;
};

import type { Json, JsonObject } from '@pao/kernel';

/** What is told of an effect that is done. */
export interface Done {
  /** JSON; documents take their outputs from it, by the names that the definition declares or by JMESPath. */
  readonly outputs?: JsonObject;
  /** How the object is called where it lives: a record's id. At most 200 characters. */
  readonly ref?: string;
  /** Where people can look at it: an http(s) address. */
  readonly url?: string;
  /** What helps a person to check; no secrets. */
  readonly evidence?: JsonObject;
}

interface Awaited extends Omit<Done, 'url'> {
  /** For people: `the run of deploy.yml`. */
  readonly what: string;
  /** Where people can look at it. */
  readonly url?: string;
  readonly atMostMs: number;
  /** Given to `look` as it is. No secrets: it is stored. */
  readonly state?: JsonObject;
}

export interface DoneResult extends Done {
  readonly kind: 'done';
}

interface FailureResult {
  readonly code: string;
  readonly message: string;
  readonly evidence?: JsonObject;
}

export interface FailedResult extends FailureResult {
  readonly kind: 'failed';
}

export interface UnknownResult extends FailureResult {
  readonly kind: 'unknown';
}

export interface NotSentResult extends FailureResult {
  readonly kind: 'not-sent';
  readonly retryAfterMs?: number;
}

export type WaitResult = Awaited & { readonly kind: 'wait' } & (
    | { readonly on: 'check'; readonly afterMs: number }
    | { readonly on: 'callback' }
    | { readonly on: 'approval'; readonly details: string }
  );

export interface StepResult extends Done {
  readonly kind: 'step';
  readonly step: string;
  readonly state: JsonObject;
}

/** What a try of an action's effect came to. */
export type ActionResult = DoneResult | FailedResult | UnknownResult | NotSentResult | WaitResult | StepResult;

/** What a look at what a task waits for came to. */
export type LookResult = Exclude<ActionResult, NotSentResult>;

/** What a probe found. */
export type ProbeResult =
  | DoneResult
  | WaitResult
  | StepResult
  /** `note` is for the person who decides. `again`: what is searched lags behind, so that another look may find it. */
  | { readonly kind: 'not-found'; readonly note: string; readonly again: boolean };

/** The effect is done. */
export const done = (of: Done = {}): DoneResult => ({ kind: 'done', ...of });

/** The target refused it: nothing happened, and the same would be refused again. */
export const failed = (code: string, message: string, evidence?: JsonObject): FailedResult => ({
  ...{ kind: 'failed', code, message },
  ...(evidence && { evidence }),
});

/** Nothing happened, and the same may work in a moment: it is tried again within the action's time. */
export const notSent = (
  code: string,
  message: string,
  more: { readonly retryAfterMs?: number; readonly evidence?: JsonObject } = {},
): NotSentResult => ({ kind: 'not-sent', code, message, ...more });

/** It may have happened or not: a person decides, unless a probe finds it or a repetition is harmless. */
export const unknown = (code: string, message: string, evidence?: JsonObject): UnknownResult => ({
  ...{ kind: 'unknown', code, message },
  ...(evidence && { evidence }),
});

/** The effect is done and the task is not over: it waits, without a worker, and `look` goes on with it. */
export const waitFor = {
  /** Looked at again after so long: a second to five minutes. */
  check: (wait: Awaited & { readonly afterMs: number }): WaitResult => ({ kind: 'wait', on: 'check', ...wait }),
  /** Somebody calls `context.callbackUrl`. */
  callback: (wait: Awaited): WaitResult => ({ kind: 'wait', on: 'callback', ...wait }),
  /** A person agrees to `details`, plain text, or does not. */
  approval: (wait: Awaited & { readonly details: string }): WaitResult => ({ kind: 'wait', on: 'approval', ...wait }),
};

/** The effect is done and another one follows: the step of that name in the definition's `steps`, with a name and an attempt of its own. */
export const thenStep = (step: string, state: JsonObject = {}, of: Done = {}): StepResult => ({
  ...{ kind: 'step', step, state },
  ...of,
});

/** A probe that found nothing, which proves nothing. */
export const notFound = (note: string, { again = false } = {}): ProbeResult => ({ kind: 'not-found', note, again });

/** Thrown in `run`: nothing happened, for certain. Whatever else is thrown leaves the outcome unknown. */
export class DefiniteFailure extends Error {
  override readonly name = 'DefiniteFailure';
  readonly code: string;
  readonly evidence: { readonly [member: string]: Json } | undefined;

  constructor(code: string, message: string, evidence?: JsonObject) {
    super(message);
    this.code = code;
    this.evidence = evidence;
  }
}

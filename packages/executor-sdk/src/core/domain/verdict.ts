import type { Json, JsonObject } from '@pao/kernel';

/** Why something did not succeed: a stable code, a sentence for people, and what was seen. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly evidence?: JsonObject;
}

/** A ticket that people have to resolve before its task is over. */
export interface AwaitedTicket {
  /** As people call it: `jira`. */
  readonly system: string;
  readonly instance: string;
  readonly key: string;
  readonly url: string;
  readonly id: string;
  /** Output name to the ticket's field that has it once it is closed. */
  readonly fields: { readonly [output: string]: string };
}

/** What an action keeps between its steps and looks. No secrets: it is stored as it is. */
export type ActionState = JsonObject;

interface Waiting {
  /** For people: `the run of deploy.yml in acme/infra`. */
  readonly what: string;
  /** Where people can look at it. */
  readonly url?: string;
  /** How long it is waited for at most; after that the outcome is unknown. */
  readonly atMostMs: number;
  readonly state: ActionState;
}

/** What a task waits for without a worker, a message or a lock; `ActionRunner.look` goes on with it. */
export type Park =
  /** It is looked for again after so long. */
  | (Waiting & { readonly kind: 'check'; readonly afterMs: number })
  /** Somebody calls the callback URL. */
  | (Waiting & { readonly kind: 'callback' })
  /** A person agrees to what would be done, `details` as plain text, or does not. */
  | (Waiting & { readonly kind: 'approval'; readonly details: string });

/** The next effect of the same task, in an attempt of its own; `ActionRunner.proceed` prepares it. */
export interface NextStep {
  readonly kind: 'step';
  readonly step: string;
  readonly state: ActionState;
}

/** What came for a parked task. */
export type Answer =
  | { readonly kind: 'callback'; readonly body: Json }
  | { readonly kind: 'approval'; readonly approved: boolean; readonly by: string; readonly reason?: string };

/** The effect is done. */
export interface Success {
  readonly kind: 'ok';
  /** What output expressions are evaluated over. */
  readonly result: JsonObject;
  /** Outputs that the action type gives whether or not the document asks for them. */
  readonly offered: JsonObject;
  readonly evidence: JsonObject;
  /** How the object is called where it lives, such as a ticket's key. */
  readonly externalRef?: string;
  /** Present when the task is over only once people have done their part; nobody holds anything for as long. */
  readonly waitsFor?: AwaitedTicket;
  /** Present when the task is not over with this effect: result and offered outputs are those of the last one. */
  readonly next?: NextStep | Park;
}

export interface DefiniteFailure {
  readonly kind: 'definite-failure';
  readonly failure: Failure;
}

export interface UnknownOutcome {
  readonly kind: 'unknown';
  readonly failure: Failure;
}

/** The target did nothing and the same may work in a moment. */
export interface NotExecuted {
  readonly kind: 'not-executed';
  readonly failure: Failure;
  /** What the target asked for. */
  readonly retryAfterMs?: number;
}

/** What one try of an effect came to. */
export type Verdict = Success | DefiniteFailure | UnknownOutcome | NotExecuted;

/** How an attempt ends. */
export type Ending = Success | DefiniteFailure | UnknownOutcome;

/** How often, and after what pause, a try that is safe to repeat is repeated. */
export interface ResendPolicy {
  /** Tries in all, the first one included. */
  readonly attempts: number;
  readonly backoff: 'linear' | 'exponential';
  readonly firstDelayMs: number;
}

export const DEFAULT_RESEND: ResendPolicy = { attempts: 3, backoff: 'exponential', firstDelayMs: 250 };

export interface ResendQuestion {
  readonly verdict: Verdict;
  readonly tries: number;
  readonly idempotent: boolean;
  readonly policy: ResendPolicy;
  /** Milliseconds left of the action's time. */
  readonly remainingMs: number;
  /** 0 to 1, for the jitter. */
  readonly random: number;
}

/**
 * Milliseconds until the next try within the attempt, or undefined for none. A try is repeated when the target did nothing,
 * or when the document promises that a repetition has no second effect; never beyond the action's time.
 */
export const resendDelay = (question: ResendQuestion): number | undefined => {
  const { verdict, tries, idempotent, policy, remainingMs, random } = question;
  const repeatable = verdict.kind === 'not-executed' || (verdict.kind === 'unknown' && idempotent);
  if (!repeatable || tries >= policy.attempts) return undefined;
  const step = policy.backoff === 'linear' ? tries : 2 ** (tries - 1);
  const asked = verdict.kind === 'not-executed' ? verdict.retryAfterMs : undefined;
  const delay = Math.round((asked ?? policy.firstDelayMs * step * 0.5) + policy.firstDelayMs * step * 0.5 * random);
  return delay < remainingMs ? delay : undefined;
};

/**
 * How an attempt ends after its last try. Once any try, or an earlier process, left the outcome unknown, only a success
 * settles it: that the repetition was refused says nothing about the first one.
 */
export const concludeTries = (last: Verdict, uncertain: boolean): Ending => {
  if (last.kind === 'ok' || last.kind === 'unknown') return last;
  return { kind: uncertain ? 'unknown' : 'definite-failure', failure: last.failure };
};

import type { JsonObject } from '@pao/kernel';
import type { z } from 'zod';
import type { Answer, ResendPolicy } from '../core/domain/verdict.ts';
import type { ActionAbout, Undone } from '../core/ports/action-runner.ts';
import type { ActionResult, LookResult, ProbeResult } from './results.ts';

/** A line of the log that people follow at the request. Secrets are taken out; what belongs to nobody else's eyes has no place here. */
type Say = (message: string, data?: JsonObject) => void;

/** What `run`, `probe` and `look` have of the world. */
export interface ActionTools {
  /** The name of this effect, the same at each try and after a restart: give it to the target as idempotency key, label or name. */
  readonly key: string;
  /** Aborts when the action's time is over; give it to whatever takes one. */
  readonly signal: AbortSignal;
  readonly remainingMs: number;
  /** What `waitFor` or `thenStep` was given. */
  readonly state: JsonObject;
  /** The secret behind a reference such as `env:DNS_TOKEN`; taken out of whatever is told. Throws when it is not there: see `secrets`. */
  secret(reference: string): Promise<string>;
}

export interface ActionContext extends ActionTools {
  readonly log: { readonly debug: Say; readonly info: Say; readonly warn: Say };
  /** How far it is, 0 to 100, for people. */
  progress(percent: number, text?: string): void;
  /** Where the target may answer, once, with JSON; only when the configuration says `waitForCallback: true`. */
  readonly callbackUrl?: string | undefined;
}

export interface LookingContext extends ActionTools {
  /** The step whose success has the task wait. */
  readonly step: string;
  /** What came; absent when it is time for a look. */
  readonly answer?: Answer | undefined;
  /** The time it may be waited for is over: this look is the last. */
  readonly late: boolean;
}

export interface RollbackContext extends ActionContext {
  /** What is to be undone: the name of its effect, and what its task told. */
  readonly undoes: Undone;
}

/** One external effect. */
export interface ActionEffect<C> {
  /** One try; never repeats anything by itself. */
  run(config: C, context: ActionContext): ActionResult | Promise<ActionResult>;
  /** Looks for the effect by `context.key`, and changes nothing. */
  probe?(config: C, context: ActionTools): ProbeResult | Promise<ProbeResult>;
}

/** A later effect of the same task. */
export interface ActionStep<C> extends ActionEffect<C> {
  /** That of the definition unless it says otherwise. */
  readonly idempotency?: ActionAbout['idempotency'];
}

/** A type of action, as a team writes it. */
export interface ActionDefinition<S extends z.ZodType> extends ActionEffect<z.output<S>> {
  /** In kebab-case, as documents write it: `dns-record`. */
  readonly type: string;
  /** Semantic version: a new major one means that older documents may not work. */
  readonly version: string;
  readonly summary: string;
  /** Of `config` in documents. What JSON Schema can't say (transforms, refinements) is checked when a task runs. */
  readonly config: S;
  /**
   * How the effect is kept from happening twice when nobody knows how a try ended. `key`: the target knows `context.key`, and `natural`:
   * twice is the same as once; both are sent again. `probe`: it is looked for. `none`: a person decides.
   */
  readonly idempotency: ActionAbout['idempotency'];
  /** Names of the outputs it offers. */
  readonly outputs?: readonly string[];
  /** What a plan says, with `{{config.path}}` for values. */
  readonly plan?: string;
  /** Markdown. */
  readonly documentation?: string;
  /** Members of the configuration that may hold a secret of the request. What `target` shows is none. */
  readonly secretMembers?: readonly string[];
  /** References that must be there before anything is done; without them the task fails and nothing has happened. */
  secrets?(config: z.output<S>): readonly string[];
  /** How often what was not sent, or may be repeated, is tried within the action's time. */
  readonly resend?: ResendPolicy;
  /** What is acted on, for people; without secrets: `A www.example.org`. */
  target(config: z.output<S>): string;
  /** The effects that `thenStep` names. */
  readonly steps?: { readonly [step: string]: ActionStep<z.output<S>> };
  /** Goes on with a task that waits; reads, and changes nothing. What it throws has it asked again later. */
  look?(config: z.output<S>, context: LookingContext): LookResult | Promise<LookResult>;
  /** Undoes what was done, when a person rolls the request back; with the configuration that the effect had. */
  rollback?(config: z.output<S>, context: RollbackContext): ActionResult | Promise<ActionResult>;
  /** After a failure a person's retry goes on behind the last step that is done, instead of anew. */
  readonly continues?: boolean;
}

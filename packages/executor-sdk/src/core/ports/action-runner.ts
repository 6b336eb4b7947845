import type { Result } from '@pao/kernel';
import type { Action } from '../domain/task-command.ts';
import type { Failure, ResendPolicy, Success, Verdict } from '../domain/verdict.ts';

export interface EffectContext {
  /** The name the effect must carry in the outer world, the same at each try. */
  readonly name: string;
  /** Milliseconds left; when they are over, the try must have come to a verdict. */
  readonly remainingMs: number;
}

/** What a look at the target found. */
export type Probe =
  /** Exactly one object carries the name: the effect is done. */
  | { readonly kind: 'found'; readonly success: Success }
  /** Nothing (which proves nothing, searches lag), several, or the look itself failed. `note` is for the person who decides. */
  | { readonly kind: 'inconclusive'; readonly note: string; readonly again: boolean }
  /** This kind of effect can't be looked for. */
  | { readonly kind: 'impossible' };

/** One external side effect, checked as far as can be without touching anything. */
export interface Effect {
  /** What is called, for people: `POST https://host/path`. Without query and credentials. */
  readonly target: string;
  readonly resend: ResendPolicy;
  /** One try. Never repeats anything by itself; throws only for bugs. */
  run(context: EffectContext): Promise<Verdict>;
  /** Looks for the effect without changing anything. */
  probe(context: EffectContext): Promise<Probe>;
}

/**
 * One type of action. `step` names its one effect in the ledger. `prepare` checks the configuration, resolves secrets and encodes
 * what will be sent; its failures are definite, since nothing has happened.
 */
export interface ActionRunner {
  readonly type: string;
  readonly step: string;
  /** Whether a secret of a request may stand in this member of the configuration: what people or logs see takes none. */
  takesSecretIn(member: string): boolean;
  /** @param secrets texts in the configuration that may be in nothing that is told: targets echo what they get. */
  prepare(action: Action, secrets: readonly string[]): Promise<Result<Effect, Failure>>;
}

/** The action types this executor serves, by type. */
export type ActionRunners = ReadonlyMap<string, ActionRunner>;

import type { AnnouncedActionType, LogLine } from '@pao/contracts';
import type { JsonObject, Result } from '@pao/kernel';
import type { Action } from '../domain/task-command.ts';
import type {
  ActionState,
  Answer,
  Ending,
  Failure,
  NextStep,
  Park,
  ResendPolicy,
  Success,
  Verdict,
} from '../domain/verdict.ts';

export interface EffectContext {
  /** The name the effect must carry in the outer world, the same at each try. */
  readonly name: string;
  /** Milliseconds left; when they are over, the try must have come to a verdict. */
  readonly remainingMs: number;
  /** Where the target may answer, once, with JSON; undefined unless the action waits for it and this system has a public address. */
  readonly callbackUrl?: string | undefined;
  /** A line for the log that people follow, while a try that takes long is under way. Secrets of the request are taken out of it. */
  readonly log?: ((level: LogLine['level'], message: string, data?: JsonObject) => void) | undefined;
  /** How far it is, 0 to 100, for people. */
  readonly progress?: ((percent: number, text?: string) => void) | undefined;
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
  /** The target knows the name and does it once, or twice is the same as once: like `idempotent` in the document. */
  readonly repeatable?: boolean;
  /** One try. Never repeats anything by itself; throws only for bugs. */
  run(context: EffectContext): Promise<Verdict>;
  /** Looks for the effect without changing anything. */
  probe(context: EffectContext): Promise<Probe>;
}

/** Where an action of several steps, or one that waits, goes on. The state is as it was given: JSON in, the same JSON out. */
export interface Point {
  /** Of the step to do, or of the step whose success parked the task. */
  readonly step: string;
  readonly state: ActionState;
}

export interface LookContext {
  /** The name that the effect of `Point.step` carries. */
  readonly name: string;
  readonly remainingMs: number;
  /** What came; absent when it is time for a look, or the callback or decision did not come in time (`late`). */
  readonly answer?: Answer | undefined;
  /** The time it may be waited for is over: this look is the last one. */
  readonly late: boolean;
}

/** What a look at what a task waits for came to. */
export type Look = NextStep | Park | Ending;

/** What an undo undoes. */
export interface Undone {
  /** The name that the (first) effect carries in the outer world. */
  readonly name: string;
  /** As the task gave them. */
  readonly outputs: JsonObject;
  /** How the target calls what was made, where that was told. */
  readonly externalRef?: string | undefined;
}

/** What an action type says of itself to those who write documents, and to plans. */
export type ActionAbout = Omit<AnnouncedActionType, 'type' | 'secretMembers' | 'canRollBack'>;

/**
 * One type of action. `step` names its one effect in the ledger. `prepare` checks the configuration, resolves secrets and encodes
 * what will be sent; its failures are definite, since nothing has happened.
 */
export interface ActionRunner {
  readonly type: string;
  readonly about?: ActionAbout;
  readonly step: string;
  /**
   * After a failure, the next generation goes on behind the last step that is done (`proceed`, or the park it was left in) instead of
   * beginning anew. What an earlier generation has done is then not done again.
   */
  readonly continues?: boolean;
  /** Whether a secret of a request may stand in this member of the configuration: what people or logs see takes none. */
  takesSecretIn(member: string): boolean;
  /** @param secrets texts in the configuration that may be in nothing that is told: targets echo what they get. */
  prepare(action: Action, secrets: readonly string[]): Promise<Result<Effect, Failure>>;
  /**
   * The effect that undoes what the action did with this same configuration; it is a task of its own, at most once like any other.
   * Its later steps and looks come to `proceed` and `look`, with `action.rollbackOf` set. Absent: the type can't undo itself.
   */
  undo?(action: Action, secrets: readonly string[], what: Undone): Promise<Result<Effect, Failure>>;
  /** The effect of a later step. A failure here is definite: what was done until then stands. */
  proceed?(action: Action, secrets: readonly string[], point: Point): Promise<Result<Effect, Failure>>;
  /**
   * Goes on with a parked task: reads, and changes nothing outside. What it can't tell for now is a `check` park with the same
   * state; throws TransientError or anything else to be asked again later.
   */
  look?(action: Action, secrets: readonly string[], point: Point, context: LookContext): Promise<Look>;
}

/** The action types this executor serves, by type. */
export type ActionRunners = ReadonlyMap<string, ActionRunner>;

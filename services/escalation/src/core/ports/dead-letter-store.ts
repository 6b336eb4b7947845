import type { DeadLetter, LetterChange, LetterStatus, LostMessage } from '../domain/queues/dead-letter.ts';

/** Whose letters: of one tenant, and where `unowned` those that name none. */
export interface LetterScope {
  readonly tenantId: string;
  readonly unowned: boolean;
}

export interface LetterFilter {
  readonly status: LetterStatus;
  readonly queue?: string;
  readonly type?: string;
  readonly requestId?: string;
  readonly since?: Date;
  readonly after?: number;
  readonly limit: number;
}

/** Who decided something about a letter, and why. */
export interface LetterDecision {
  readonly by: string;
  readonly reason: string | null;
  readonly acknowledgedUnknown: boolean;
}

export interface WaitingGroup {
  readonly groupId: string;
  readonly requestId: string | null;
  readonly parked: number;
  readonly toBeSent: number;
  readonly oldestAt: Date;
}

export interface KnownMessage {
  readonly id: string;
  readonly destination: string;
  readonly type: string;
  readonly state: LetterStatus | 'to-be-sent';
  readonly since: Date;
}

/**
 * Dead letters and what was done with them. Throws TransientError while the store is away; whether a write was done is unknown then,
 * and every write may be repeated.
 */
export interface DeadLetterStore {
  /**
   * Keeps a message; one that is kept already changes nothing. Of a command that is lost, it is told in the same transaction that its
   * task is stuck.
   * @returns 1 where it is new
   */
  park(message: LostMessage): Promise<number>;
  /** In the order they were parked, up to `limit`. */
  list(scope: LetterScope, filter: LetterFilter): Promise<readonly DeadLetter[]>;
  find(scope: LetterScope, id: string): Promise<DeadLetter | undefined>;
  /** The text, everything done with it, and the other letters of the same event in the same queue. */
  details(letter: DeadLetter): Promise<{
    readonly body: Uint8Array;
    readonly history: readonly LetterChange[];
    readonly sameEvent: readonly string[];
  }>;
  /** Writes it for its queue once more, and that it was. False: somebody else was first. */
  redrive(letter: DeadLetter, decision: LetterDecision): Promise<boolean>;
  discard(letter: DeadLetter, decision: LetterDecision): Promise<boolean>;
  groups(
    scope: LetterScope,
    page: { readonly after?: string; readonly limit: number },
  ): Promise<readonly WaitingGroup[]>;
  group(scope: LetterScope, groupId: string): Promise<readonly KnownMessage[]>;
}

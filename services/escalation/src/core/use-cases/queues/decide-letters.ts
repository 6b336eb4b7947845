import { err, ok, type Result } from '@pao/kernel';
import type { DeadLetter } from '../../domain/queues/dead-letter.ts';
import { judgeRedrive, type RedriveRefusal } from '../../domain/queues/judge-redrive.ts';
import type { DeadLetterStore, LetterDecision, LetterFilter, LetterScope } from '../../ports/dead-letter-store.ts';

export type LetterRefusal = { readonly kind: 'not-found' } | RedriveRefusal;

export interface RedriveResult {
  readonly letter: DeadLetter;
  readonly outcome: 'would-redrive' | 'redriven' | 'refused';
  readonly message: string | null;
}

export interface DecideLetters {
  redrive(scope: LetterScope, id: string, decision: LetterDecision): Promise<Result<DeadLetter, LetterRefusal>>;
  discard(scope: LetterScope, id: string, decision: LetterDecision): Promise<Result<DeadLetter, LetterRefusal>>;
  /** One after the other, oldest first, each for itself. `dryRun` only says what would become of each. */
  redriveAll(
    scope: LetterScope,
    filter: LetterFilter,
    decision: LetterDecision & { readonly dryRun: boolean },
  ): Promise<{ readonly results: readonly RedriveResult[]; readonly more: boolean }>;
}

const tooLate: RedriveRefusal = { kind: 'not-parked', message: 'Somebody else was first: it is not parked any more.' };

/** @param queues those a letter may go back to */
export const createDecideLetters = (
  store: Pick<DeadLetterStore, 'find' | 'list' | 'redrive' | 'discard'>,
  queues: ReadonlySet<string>,
): DecideLetters => {
  const redrive = async (letter: DeadLetter, decision: LetterDecision): Promise<Result<DeadLetter, RedriveRefusal>> => {
    const judged = judgeRedrive(letter, queues, decision.acknowledgedUnknown);
    if (!judged.ok) return judged;
    return (await store.redrive(letter, decision)) ? ok({ ...letter, status: 'redriven' }) : err(tooLate);
  };
  const redriveOrTell = async (
    letter: DeadLetter,
    { dryRun, ...decision }: LetterDecision & { readonly dryRun: boolean },
  ): Promise<RedriveResult> => {
    const outcome = dryRun
      ? judgeRedrive(letter, queues, decision.acknowledgedUnknown)
      : await redrive(letter, decision);
    if (!outcome.ok) return { letter, outcome: 'refused', message: outcome.error.message };
    return { letter, outcome: dryRun ? 'would-redrive' : 'redriven', message: null };
  };
  return {
    redrive: async (scope, id, decision) => {
      const letter = await store.find(scope, id);
      return letter ? redrive(letter, decision) : err({ kind: 'not-found' });
    },
    discard: async (scope, id, decision) => {
      const letter = await store.find(scope, id);
      if (!letter) return err({ kind: 'not-found' });
      return (await store.discard(letter, decision)) ? ok({ ...letter, status: 'discarded' }) : err(tooLate);
    },
    redriveAll: async (scope, filter, decision) => {
      const found = await store.list(scope, { ...filter, limit: filter.limit + 1 });
      const results: RedriveResult[] = [];
      for (const letter of found.slice(0, filter.limit)) results.push(await redriveOrTell(letter, decision));
      return { results, more: found.length > filter.limit };
    },
  };
};

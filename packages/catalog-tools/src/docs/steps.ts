import { type Action, actionInWords } from '@pao/documents';

/** One action in words. */
export interface StepDescription {
  readonly id: string;
  readonly type: string;
  readonly name?: string;
  /** `Calls POST https://…`, a sentence without its full stop; templates stand as they are written. */
  readonly does: string;
  /** A JMESPath expression; the step is skipped when it is false. */
  readonly when?: string;
  /** What later steps may read, and where in the action's result it comes from. */
  readonly outputs: readonly { readonly name: string; readonly from: string }[];
  /** Seconds. */
  readonly timeout?: number;
  /** What undoes it. */
  readonly rollback?: string;
}

export const describeStep = (action: Action): StepDescription => ({
  id: action.id,
  type: action.type,
  ...(action.name === undefined ? {} : { name: action.name }),
  does: actionInWords(action),
  ...(action.when === undefined ? {} : { when: action.when }),
  outputs: Object.entries(action.outputs ?? {}).map(([name, from]) => ({ name, from })),
  ...(action.timeout === undefined ? {} : { timeout: action.timeout }),
  ...(action.rollback === undefined ? {} : { rollback: actionInWords(action.rollback) }),
});

import type { DefiniteVerdict, Look, LookContext, Point } from '@pao/executor-sdk';
import { planKept } from './apply-step.ts';
import { definite } from './failures.ts';
import { APPLY, APPROVAL_MS, whatOf } from './plan-step.ts';

const rejected = (by: string, reason: string | undefined): DefiniteVerdict =>
  definite({
    code: 'TERRAFORM_PLAN_REJECTED',
    message: `${by} rejected the plan${reason === undefined ? '' : `: ${reason}`}. Nothing was applied.`,
    evidence: { by, ...(reason !== undefined && { reason }) },
  });

const expired = definite({
  code: 'TERRAFORM_PLAN_NOT_APPROVED',
  message: 'Nobody approved the plan in time. Nothing was applied; a retry makes a new plan.',
});

/** What a person's decision about a plan leads to. */
export const decide = ({ state }: Point, { answer, late }: LookContext): Look => {
  if (answer?.kind === 'approval') {
    return answer.approved
      ? { kind: 'step', step: APPLY, state: { ...state, approvedBy: answer.by } }
      : rejected(answer.by, answer.reason);
  }
  if (late) return expired;
  const what = whatOf(planKept(state).counts);
  return { kind: 'approval', what, details: what, atMostMs: APPROVAL_MS, state };
};

import type { DefiniteFailure, Look, LookContext, Point } from '@pao/executor-sdk';
import { planKept } from './apply-step.ts';
import { definite } from './failures.ts';
import { APPLY } from './plan-step.ts';

const told = ({ add, change, destroy }: ReturnType<typeof planKept>['counts']): string =>
  `${add} to add, ${change} to change, ${destroy} to destroy`;

const rejected = (by: string, reason: string | undefined): DefiniteFailure =>
  definite({
    code: 'TERRAFORM_PLAN_REJECTED',
    message: `${by} rejected the plan${reason === undefined ? '' : `: ${reason}`}. Nothing was applied.`,
    evidence: { by, ...(reason !== undefined && { reason }) },
  });

const expired = definite({
  code: 'TERRAFORM_PLAN_NOT_APPROVED',
  message: 'Nobody approved the plan in time. Nothing was applied; a retry makes a new plan.',
});

/** How long it is asked for once more, should it come to a look without an answer. */
const AGAIN_MS = 604_800_000;

/** What a person's decision about a plan leads to. */
export const decide = ({ state }: Point, { answer, late }: LookContext): Look => {
  if (answer?.kind === 'approval') {
    return answer.approved
      ? { kind: 'step', step: APPLY, state: { ...state, approvedBy: answer.by } }
      : rejected(answer.by, answer.reason);
  }
  if (late) return expired;
  const { counts } = planKept(state);
  const what = `the approval of a Terraform plan: ${told(counts)}`;
  return { kind: 'approval', what, details: `Plan: ${told(counts)}.`, atMostMs: AGAIN_MS, state };
};

import { err, type Json, ok, type Result } from '@pao/kernel';
import type { Approval } from '../document.ts';
import { compileExpression, type Expression, type ExpressionError } from '../expressions.ts';
import { saysYes } from './action-runs.ts';

/** What the condition of an approval reads: what is known before anything is carried out. */
export interface ApprovalScope {
  readonly current: Json;
  readonly metadata: Json;
  /** What a month costs, by currency; undefined when it can't be worked out. */
  readonly cost: Json | undefined;
  readonly system: Json;
}

/** The members of `system` that are the same for a plan and for the request made of it. */
export const APPROVAL_SYSTEM = ['user', 'environment', 'platform'] as const;

const compiled = new WeakMap<Approval, Result<Expression, ExpressionError>>();

const conditionOf = (approval: Approval, when: string): Result<Expression, ExpressionError> => {
  const known = compiled.get(approval) ?? compileExpression(when);
  compiled.set(approval, known);
  return known;
};

/** Whether an approval is needed: it has no condition, or its condition gives something. The text of an error may quote a value. */
export const approvalIsNeeded = (
  approval: Approval,
  { current, metadata, cost, system }: ApprovalScope,
): Result<boolean, ExpressionError> => {
  if (approval.when === undefined) return ok(true);
  const condition = conditionOf(approval, approval.when);
  if (!condition.ok) return condition;
  if (cost === undefined && condition.value.paths.some(([namespace]) => namespace === 'cost'))
    return err({ kind: 'expression', message: 'The cost is not known.' });
  const value = condition.value.evaluate({ current, metadata, system, ...(cost !== undefined && { cost }) });
  return value.ok ? ok(saysYes(value.value)) : value;
};

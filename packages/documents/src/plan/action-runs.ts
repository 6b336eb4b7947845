import { err, type Json, ok, type Result } from '@pao/kernel';
import type { Action } from '../document.ts';
import { compileExpression, type Expression, type ExpressionError } from '../expressions.ts';

/** What a condition reads; as the templates of its action, and nothing else. */
export interface ConditionScope {
  readonly current: Json;
  readonly output: Json;
  readonly metadata: Json;
  readonly system: Json;
}

const compiled = new WeakMap<Action, Result<Expression, ExpressionError>>();

/** The compiled condition of an action; compiled once for as long as the action is in memory. Undefined: it has none. */
export const conditionOf = (action: Action): Result<Expression, ExpressionError> | undefined => {
  if (action.when === undefined) return undefined;
  const known = compiled.get(action) ?? compileExpression(action.when);
  compiled.set(action, known);
  return known;
};

/**
 * Whether an action runs: it has no condition, or its condition gives something. False, null and what is empty say no. The text of
 * an error may quote a value.
 */
export const actionRuns = (
  action: Action,
  { current, output, metadata, system }: ConditionScope,
): Result<boolean, ExpressionError> => {
  const condition = conditionOf(action);
  if (condition === undefined) return ok(true);
  const value = condition.ok ? condition.value.evaluate({ current, output, metadata, system }) : condition;
  return value.ok ? ok(saysYes(value.value)) : err(value.error);
};

/** As JMESPath has it: 0 is something, an empty text, list or object is nothing. */
export const saysYes = (value: Json): boolean => {
  if (value === null || value === false || value === '') return false;
  return typeof value !== 'object' || Object.keys(value).length > 0;
};

import { type Action, compileExpression, outputNames } from '@pao/documents';
import { isJsonObject, type Json, type JsonObject } from '@pao/kernel';

/** What an action hands to those after it, and where that comes from. */
export interface StepOutputs {
  readonly values: JsonObject;
  /** `result`: read from the answer that was given. `sample`: nobody gave one, so each output is a text that names itself. */
  readonly from: 'result' | 'sample';
  /** Outputs whose expression can't be evaluated over the answer. */
  readonly failed: readonly string[];
}

/** What the executor would make of an answer: the outputs that the document picks, beside those the action type offers. */
export const outputsOf = (action: Action, result: Json | undefined): StepOutputs => {
  if (!isJsonObject(result)) return { values: sampleOutputs(action), from: 'sample', failed: [] };
  const picked = Object.entries(action.outputs ?? {});
  const values: { [name: string]: Json } = { ...offered(action, result) };
  const failed: string[] = [];
  for (const [name, text] of picked) {
    const expression = compileExpression(text);
    const value = expression.ok ? expression.value.evaluate(result) : expression;
    values[name] = value.ok ? (value.value ?? null) : null;
    if (!value.ok) failed.push(name);
  }
  return { values, from: 'result', failed };
};

/** A whole answer is offered only by a call whose document picks nothing of it. */
const offered = (action: Action, result: JsonObject): JsonObject => {
  if (action.type !== 'rest-api' || Object.keys(action.outputs ?? {}).length === 0) return result;
  return { status: result.status ?? null };
};

const sampleOutputs = (action: Action): JsonObject =>
  Object.fromEntries(outputNames(action).names.map((name) => [name, `${name}-of-${action.id}`]));

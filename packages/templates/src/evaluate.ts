import type { Json } from '@pao/kernel';
import type { Limits } from './limits.ts';
import { Refusal } from './refusal.ts';
import { isSecret, readPath, readReference, type Scope } from './scope.ts';
import type { Expression } from './syntax.ts';
import { isEmpty, type Value } from './values.ts';

/** The item of the innermost section that runs. */
export interface Item {
  readonly value: Json;
  readonly secret: boolean;
}

/** The state of one rendering that expressions see. */
export interface Evaluation {
  readonly scope: Scope;
  readonly limits: Limits;
  item: Item | undefined;
  /** Set when a secret was read; whoever evaluates clears it before. */
  secret: boolean;
}

export type Evaluate = (evaluation: Evaluation) => Value;

/** Turns an expression into a closure, so that rendering looks up nothing but values. */
export const compileExpression = (expression: Expression): Evaluate => {
  switch (expression.kind) {
    case 'literal': {
      const { value } = expression;
      return () => value;
    }
    case 'reference': {
      const { reference } = expression;
      const dotted = reference.path.join('.');
      return (evaluation) => {
        if (isSecret(evaluation.scope, reference.namespace, dotted)) evaluation.secret = true;
        return readReference(evaluation.scope, reference, dotted);
      };
    }
    case 'item':
      return compileItem(expression);
    case 'call':
      return compileCall(expression);
  }
};

const compileItem = ({ path, optional, place }: Expression & { kind: 'item' }): Evaluate => {
  return (evaluation) => {
    const item = evaluation.item;
    if (item?.secret) evaluation.secret = true;
    const value = readPath(item?.value, path);
    if (value === undefined && !optional) {
      throw new Refusal('missing-value', `the section's item has no ${path.join('.')}`, {
        ...place,
        hint: 'if it may be absent, add: | default ""',
      });
    }
    return value;
  };
};

const compileCall = ({ fn, args, place }: Expression & { kind: 'call' }): Evaluate => {
  const compiled = args.map(compileExpression);
  return (evaluation) => {
    const values = compiled.map((arg) => arg(evaluation));
    if (isEmpty(values[0]) && !fn.seesEmpty) return undefined;
    try {
      return fn.apply(values, { maxLength: evaluation.limits.maxOutput });
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw thrown;
      throw new Refusal(thrown.code, `${fn.name} ${thrown.message}`, place);
    }
  };
};

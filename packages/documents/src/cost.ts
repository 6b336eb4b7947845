import { err, type Json, ok, type Result } from '@pao/kernel';
import { valueAt } from './pointer.ts';

/** An arithmetic expression: numbers, `current.…` paths, + - * / and brackets. */
export interface CostExpression {
  /** Paths under the root, such as `['current', 'basic', 'storageGb']`. */
  readonly paths: readonly (readonly string[])[];
  /** Over `{ current }`; the error names the path that holds no number. */
  evaluate(data: Json): Result<number, CostError>;
}

export interface CostError {
  readonly kind: 'cost';
  readonly message: string;
}

type Node = (data: Json) => number;

class CostFault extends Error {
  override readonly name = 'CostFault';
}

const TOKEN = /\s*(?:(\d+(?:\.\d+)?)|([A-Za-z]\w*(?:\.[A-Za-z]\w*)*)|([-+*/()]))/y;
const MAX_DEPTH = 50;

/** Parses `cost.monthly`. A number is an expression as well. */
export const parseCost = (source: number | string): Result<CostExpression, CostError> =>
  attempt(() => {
    const paths: (readonly string[])[] = [];
    const node = parse(tokensOf(String(source)), paths);
    return { paths, evaluate: (data) => attempt(() => finite(node(data))) };
  });

const attempt = <T>(run: () => T): Result<T, CostError> => {
  try {
    return ok(run());
  } catch (thrown) {
    if (!(thrown instanceof CostFault)) throw thrown;
    return err({ kind: 'cost', message: thrown.message });
  }
};

const finite = (value: number): number => {
  if (!Number.isFinite(value)) throw new CostFault('the result is not a number (division by zero?)');
  return value;
};

const tokensOf = (source: string): string[] => {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  const text = source.trimEnd();
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) throw new CostFault(`\`${text.slice(at).trim().slice(0, 20)}\` is not understood`);
    tokens.push(match[0].trim());
  }
  return tokens;
};

const parse = (tokens: string[], paths: (readonly string[])[]): Node => {
  let at = 0;
  let depth = 0;
  const sum = (): Node => chain(product, ['+', '-']);
  const product = (): Node => chain(operand, ['*', '/']);

  const chain = (next: () => Node, operators: readonly string[]): Node => {
    let left = next();
    for (let operator = tokens[at]; operator !== undefined && operators.includes(operator); operator = tokens[at]) {
      at += 1;
      left = combine(operator, left, next());
    }
    return left;
  };

  const operand = (): Node => {
    const token = tokens[at++];
    if (token === undefined) throw new CostFault('the expression ends too early');
    if (/^\d/.test(token)) return () => Number(token);
    if (/^[A-Za-z]/.test(token)) return variable(token.split('.'));
    if (token !== '-' && token !== '(') throw new CostFault(`\`${token}\` stands where a value is expected`);
    if (++depth > MAX_DEPTH) throw new CostFault('the expression is nested too deeply');
    const inner = token === '-' ? operand() : sum();
    if (token === '(' && tokens[at++] !== ')') throw new CostFault('a bracket is not closed');
    depth -= 1;
    return token === '-' ? (data) => -inner(data) : inner;
  };

  const variable = (path: readonly string[]): Node => {
    paths.push(path);
    return (data) => {
      const value = valueAt(data, path);
      if (typeof value !== 'number') throw new CostFault(`\`${path.join('.')}\` is not a number`);
      return value;
    };
  };

  const root = sum();
  if (at < tokens.length) throw new CostFault(`\`${tokens[at]}\` is one too many`);
  return root;
};

const combine = (operator: string, left: Node, right: Node): Node => {
  switch (operator) {
    case '+':
      return (data) => left(data) + right(data);
    case '-':
      return (data) => left(data) - right(data);
    case '*':
      return (data) => left(data) * right(data);
    default:
      return (data) => left(data) / right(data);
  }
};

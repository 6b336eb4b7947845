import { compile, getRegisteredFunctions, type JSONValue, TreeInterpreter } from '@jmespath-community/jmespath';
import { err, errorMessage, type Json, ok, type Result } from '@pao/kernel';

type ExpressionNode = ReturnType<typeof compile>;

/** A compiled JMESPath expression. */
export interface Expression {
  /** Value of the expression over `data`; the error says which value it could not work with. */
  evaluate(data: Json): Result<Json, ExpressionError>;
  /** Paths that it reads from the root, such as `current.basic.storageGb`, as far as they are plain names. */
  readonly paths: readonly (readonly string[])[];
}

export interface ExpressionError {
  readonly kind: 'expression';
  readonly message: string;
}

/** Compiles a JMESPath expression, as `when`, `outputs`, `until` and `map` hold them. */
export const compileExpression = (text: string): Result<Expression, ExpressionError> => {
  const node = attempt(() => compile(standardExpression(text)));
  if (!node.ok) return node;
  const strange = functionsOf(node.value).find((name) => !functions.has(name));
  if (strange !== undefined) return err({ kind: 'expression', message: `There is no function \`${strange}\`.` });
  return ok({
    paths: pathsOf(node.value),
    evaluate: (data) => attempt(() => TreeInterpreter.search(node.value, data as JSONValue) as Json),
  });
};

/** `headers['x-arn']` is how people write what JMESPath calls `headers."x-arn"`. */
export const standardExpression = (text: string): string => text.replaceAll(/(?<=[\w"\])])\['([^'\\"]+)'\]/g, '."$1"');

const functions: ReadonlySet<string> = new Set(getRegisteredFunctions());

const functionsOf = (node: ExpressionNode): readonly string[] => [
  ...(node.type === 'Function' ? [node.name] : []),
  ...childrenOf(node).flatMap(functionsOf),
];

const attempt = <T>(run: () => T): Result<T, ExpressionError> => {
  try {
    return ok(run());
  } catch (thrown) {
    return err({ kind: 'expression', message: errorMessage(thrown) });
  }
};

const pathsOf = (node: ExpressionNode): readonly (readonly string[])[] => {
  const prefix = prefixOf(node);
  if (prefix !== undefined) return [prefix.names];
  // Only the left side of these is evaluated against the root; the right side sees what the left side gave.
  if (SCOPED.has(node.type) && 'left' in node) return pathsOf(node.left);
  return childrenOf(node).flatMap(pathsOf);
};

const SCOPED = new Set([
  'Subexpression',
  'IndexExpression',
  'Pipe',
  'Projection',
  'ValueProjection',
  'FilterProjection',
]);

interface Prefix {
  readonly names: readonly string[];
  /** False when something other than a name follows, such as an index. */
  readonly open: boolean;
}

/** The names that an access begins with: `a.b` of `a.b[0].c`. */
const prefixOf = (node: ExpressionNode): Prefix | undefined => {
  if (node.type === 'Field') return { names: [node.name], open: true };
  if (node.type !== 'Subexpression' && node.type !== 'IndexExpression') return undefined;
  const left = prefixOf(node.left);
  if (left === undefined || !left.open || node.type === 'IndexExpression') return left && { ...left, open: false };
  const right = prefixOf(node.right);
  return { names: [...left.names, ...(right?.names ?? [])], open: right?.open ?? false };
};

const childrenOf = (node: ExpressionNode): readonly ExpressionNode[] =>
  Object.values(node)
    .flat()
    .filter((value): value is ExpressionNode => typeof value === 'object' && value !== null && 'type' in value);

import type { Operation } from '@pao/contracts';

type RouteMatch =
  | { readonly kind: 'found'; readonly operation: Operation }
  | { readonly kind: 'other-method'; readonly allowed: readonly string[] }
  | { readonly kind: 'unknown' };

interface Node {
  readonly literals: Map<string, Node>;
  parameter: Node | undefined;
  readonly operations: Map<string, Operation>;
}

const createNode = (): Node => ({ literals: new Map(), parameter: undefined, operations: new Map() });

const childFor = (node: Node, segment: string): Node => {
  if (segment.startsWith('{')) {
    node.parameter ??= createNode();
    return node.parameter;
  }
  const known = node.literals.get(segment) ?? createNode();
  node.literals.set(segment, known);
  return known;
};

/** Literal segments come before parameters; a path that ends without an operation is tried again through the parameter. */
const find = (node: Node, segments: readonly string[], index: number): Node | undefined => {
  const segment = segments[index];
  if (segment === undefined) return node.operations.size > 0 ? node : undefined;
  const literal = node.literals.get(segment);
  const found = literal && find(literal, segments, index + 1);
  if (found) return found;
  return node.parameter && segment !== '' ? find(node.parameter, segments, index + 1) : undefined;
};

/** HEAD is answered wherever GET is. */
const asListed = (method: string): string => (method === 'HEAD' ? 'GET' : method);

export interface RouteTable {
  match(method: string, path: string): RouteMatch;
}

/** Finds an operation by method and path in time that grows with the path alone. */
export const createRouteTable = (operations: readonly Operation[], prefix: string): RouteTable => {
  const root = createNode();
  for (const operation of operations) {
    for (const path of [operation.path, ...operation.aliases]) {
      const node = path.slice(1).split('/').reduce(childFor, root);
      if (node.operations.has(operation.method)) throw new Error(`two operations at ${operation.method} ${path}`);
      node.operations.set(operation.method, operation);
    }
  }
  return {
    match: (method, path) => {
      if (!path.startsWith(`${prefix}/`)) return { kind: 'unknown' };
      const node = find(root, path.slice(prefix.length + 1).split('/'), 0);
      if (!node) return { kind: 'unknown' };
      const operation = node.operations.get(asListed(method));
      if (operation) return { kind: 'found', operation };
      const allowed = [...node.operations.keys()].flatMap((known) => (known === 'GET' ? ['GET', 'HEAD'] : [known]));
      return { kind: 'other-method', allowed };
    },
  };
};

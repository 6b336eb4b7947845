import { compileAction, outputNames } from '@pao/documents';
import { isJsonObject, type Json, type JsonObject } from '@pao/kernel';
import type { Reference, Template } from '@pao/templates';
import type { Plan, PlannedTask } from './plan.ts';

/** An output that a task reads and that does not exist before an earlier task has run. */
export interface AwaitedOutput {
  /** Where it is read: a JSON Pointer into the task's configuration. */
  readonly place: string;
  /** Without the namespace: `endpoint`, `orders-db.endpoint`. */
  readonly output: string;
  /** Position of the task that gives it. */
  readonly from: number;
}

export interface Awaiting {
  readonly reads: readonly AwaitedOutput[];
  /** What `.output` holds in a plan: a text that names each output, where its value will stand. */
  readonly output: JsonObject;
  /** Places whose text is worked out of the value, so that nothing can stand for it. */
  readonly derived: ReadonlySet<string>;
}

export const stepName = ({ component, action }: Pick<PlannedTask, 'component' | 'action'>): string =>
  component === null ? action.id : `${component}.${action.id}`;

/**
 * @param givers positions of the tasks that may have run before it, the last first.
 * @param known those of them that have given their outputs already, so that nobody waits for these.
 */
export const awaitingOf = (
  plan: Plan,
  task: PlannedTask,
  givers: readonly number[],
  known: readonly number[] = [],
): Awaiting => {
  const compiled = compileAction(task.action);
  if (!compiled.ok) return { reads: [], output: {}, derived: new Set() };
  const giverOf = (reference: Reference): number | undefined => {
    const giver = findGiver(plan, givers, reference);
    return giver !== undefined && known.includes(giver) ? undefined : giver;
  };
  const awaited = compiled.value.references.flatMap((reference) => {
    const from = giverOf(reference);
    return from === undefined ? [] : [{ reference, from, place: reference.pointer }];
  });
  const derived = compiled.value.templates
    .filter(({ template }) => isDerived(template.nodes, (reference) => giverOf(reference) !== undefined))
    .map(({ pointer }) => pointer);
  return {
    reads: awaited.map(({ reference, from, place }) => ({ place, output: reference.path.join('.'), from })),
    output: placeholders(plan, awaited),
    derived: new Set(derived),
  };
};

/** The task that gives an output, also when it is read with the user's own name before it; undefined when none does. */
export const findGiver = (
  plan: Plan,
  givers: readonly number[],
  { namespace, path }: Pick<Reference, 'namespace' | 'path'>,
): number | undefined => {
  if (namespace !== 'output') return undefined;
  const [first, second] = path;
  const named = first === plan.name ? second : undefined;
  if (first === undefined || (first === plan.name && second === undefined)) return givers[0];
  return giving(plan, givers, first) ?? (named === undefined ? undefined : giving(plan, givers, named));
};

/** The last that promises the name, else the last that may give any. */
const giving = (plan: Plan, givers: readonly number[], name: string): number | undefined => {
  const offers = givers.flatMap((position) => {
    const task = plan.tasks[position - 1];
    return task ? [{ position, ...outputNames(task.action) }] : [];
  });
  return (offers.find(({ names }) => names.includes(name)) ?? offers.find(({ open }) => open))?.position;
};

interface Awaited {
  readonly reference: Reference;
  readonly from: number;
}

/** Deeper paths first, so that an output that is read as a whole and in part is shown by its parts. */
const placeholders = (plan: Plan, awaited: readonly Awaited[]): JsonObject =>
  awaited
    .toSorted((a, b) => b.reference.path.length - a.reference.path.length)
    .reduce<JsonObject>((tree, { reference: { path }, from }) => {
      const giver = plan.tasks[from - 1];
      if (path.length === 0 || !giver) return tree;
      return withValue(tree, path, `‹output ${path.join('.')} of ${stepName(giver)}›`);
    }, {});

const withValue = (tree: JsonObject, [key = '', ...rest]: readonly string[], text: string): JsonObject => {
  const present: Json | undefined = Object.hasOwn(tree, key) ? tree[key] : undefined;
  if (rest.length === 0) return present === undefined ? { ...tree, [key]: text } : tree;
  return { ...tree, [key]: withValue(isJsonObject(present) ? present : {}, rest, text) };
};

type Nodes = Template['nodes'];
type Expression = Extract<Nodes[number], { kind: 'value' }>['expression'];
type IsAwaited = (reference: Reference) => boolean;

/** True when a text does more with an awaited output than to write it: a section over it, a function on it. */
const isDerived = (nodes: Nodes, isAwaited: IsAwaited): boolean =>
  nodes.some((node) => {
    if (node.kind === 'value') return isWorkedOn(node.expression, isAwaited);
    return node.kind === 'section' && (reads(node.subject, isAwaited) || isDerived(node.body, isAwaited));
  });

const isWorkedOn = (expression: Expression, isAwaited: IsAwaited): boolean => {
  if (expression.kind === 'reference') return isWhole(expression.reference) && isAwaited(expression.reference);
  if (expression.kind !== 'call') return false;
  const [subject, ...rest] = expression.args;
  // What stands for an output that may be absent is shown as if it were there.
  if (expression.fn.name !== 'default' || !subject) return reads(expression, isAwaited);
  return isWorkedOn(subject, isAwaited) || rest.some((argument) => reads(argument, isAwaited));
};

/** All outputs at once: how many there will be is not known. */
const isWhole = ({ path }: Reference): boolean => path.length === 0;

const reads = (expression: Expression, isAwaited: IsAwaited): boolean => {
  if (expression.kind === 'reference') return isAwaited(expression.reference);
  return expression.kind === 'call' && expression.args.some((argument) => reads(argument, isAwaited));
};

import type { JsonScalar } from '@pao/kernel';
import { refusesLiteral } from '../functions/arguments.ts';
import type { TemplateFunction } from '../functions/function.ts';
import { FUNCTIONS } from '../functions/table.ts';
import { didYouMean } from '../near.ts';
import { Refusal } from '../refusal.ts';
import { type Expression, NAMESPACES, type Namespace, type Place, type Reference } from '../syntax.ts';

/** What the surroundings of a tag decide about the expression in it. */
export interface ExpressionContext {
  readonly maxDepth: number;
  /** True inside the body of a section: only there is an item. */
  readonly inSection: boolean;
  /** True when an enclosing section already asked for this very path. */
  readonly asked: (namespace: Namespace, path: readonly string[]) => boolean;
  readonly onReference: (reference: Reference) => void;
}

/** An expression before it is known what stands around it: only then is it clear which values may be absent. */
export type Draft =
  | { readonly kind: 'literal'; readonly value: JsonScalar }
  | {
      readonly kind: 'reference';
      readonly namespace: Namespace;
      readonly path: readonly string[];
      readonly place: Place;
    }
  | { readonly kind: 'item'; readonly path: readonly string[]; readonly place: Place }
  | { readonly kind: 'call'; readonly fn: TemplateFunction; readonly args: readonly Draft[]; readonly place: Place };

export const settle = (draft: Draft, mayBeAbsent: boolean, context: ExpressionContext): Expression => {
  switch (draft.kind) {
    case 'literal':
      return draft;
    case 'item':
      return { ...draft, optional: mayBeAbsent };
    case 'reference': {
      const { namespace, path, place } = draft;
      const optional = mayBeAbsent || context.asked(namespace, path);
      const reference: Reference = { namespace, path, ...place, optional, inSection: context.inSection };
      context.onReference(reference);
      return { kind: 'reference', reference };
    }
    case 'call': {
      // Only what a default is applied to may be absent, not the default itself nor other arguments on the way.
      const absentFirst = mayBeAbsent || draft.fn.name === 'default';
      const args = draft.args.map((arg, index) => settle(arg, index === 0 && absentFirst, context));
      return { ...draft, args };
    }
  }
};

const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

const isNamespace = (name: string): name is Namespace => (NAMESPACES as readonly string[]).includes(name);

/** Reads a word as a path: of a namespace with a leading dot, else of the section's item. */
export const readPath = (word: string, { offset, length }: Place, context: ExpressionContext): Draft => {
  const place = { offset, length };
  const segments = word.split('.');
  const forbidden = segments.find((segment) => FORBIDDEN.has(segment));
  if (forbidden !== undefined) throw new Refusal('forbidden-name', `${forbidden} is never a name here`, place);
  if (word === '.' || !word.startsWith('.')) return itemPath(word === '.' ? [] : segments, place, context);
  const [, namespace = '', ...path] = segments;
  if (!isNamespace(namespace)) throw unknownNamespace(namespace, place, context);
  return { kind: 'reference', namespace, path, place };
};

const itemPath = (path: readonly string[], place: Place, context: ExpressionContext): Draft => {
  if (context.inSection) return { kind: 'item', path, place };
  const name = path[0] ?? '';
  const hint = isNamespace(name)
    ? `write {{.${path.join('.')}}}`
    : FUNCTIONS.has(name)
      ? `write ${FUNCTIONS.get(name)?.signature}`
      : undefined;
  throw new Refusal('no-item', 'only a section has an item; a value is written {{.namespace.path}}', {
    ...place,
    ...(hint === undefined ? {} : { hint }),
  });
};

const unknownNamespace = (name: string, place: Place, context: ExpressionContext): Refusal => {
  const { hint } = didYouMean(
    `.${name}`,
    NAMESPACES.map((namespace) => `.${namespace}`),
  );
  const inItem = context.inSection
    ? `a value of the section's item is written {{${name}}}, without the dot`
    : undefined;
  const advice = hint ?? inItem;
  return new Refusal(
    'unknown-namespace',
    `.${name} is no namespace: there are .current, .output, .metadata and .system`,
    {
      ...place,
      ...(advice === undefined ? {} : { hint: advice }),
    },
  );
};

/** A call of the function `name` names; `length` is that of the whole call. */
export const createCall = (
  name: Place & { readonly value: unknown },
  args: readonly Draft[],
  length: number,
): Draft => {
  const place = { offset: name.offset, length: name.length };
  const called = String(name.value);
  const fn = FUNCTIONS.get(called);
  if (fn === undefined) {
    throw new Refusal('unknown-function', `there is no function ${called}`, {
      ...place,
      ...didYouMean(called, FUNCTIONS.keys()),
    });
  }
  checkArguments(fn, args, place);
  return { kind: 'call', fn, args, place: { offset: name.offset, length } };
};

const checkArguments = (fn: TemplateFunction, args: readonly Draft[], place: Place): void => {
  const least = fn.required ?? fn.parameters.length;
  const most = fn.variadic ? Number.POSITIVE_INFINITY : fn.parameters.length;
  const fits = args.every((arg, index) => {
    const parameter = fn.parameters[Math.min(index, fn.parameters.length - 1)] ?? 'any';
    return arg.kind !== 'literal' || !refusesLiteral(parameter, arg.value);
  });
  if (fits && args.length >= least && args.length <= most) return;
  throw new Refusal('bad-arguments', `${fn.name} is written: ${fn.signature}`, place);
};

import type { JsonScalar } from '@pao/kernel';
import { refusesLiteral } from './functions/arguments.ts';
import type { TemplateFunction } from './functions/function.ts';
import { FUNCTIONS } from './functions/table.ts';
import { didYouMean } from './near.ts';
import { Refusal } from './refusal.ts';
import { type Expression, NAMESPACES, type Namespace, type Reference } from './syntax.ts';

/** What the surroundings of a tag decide about the expression in it. */
export interface ExpressionContext {
  readonly maxDepth: number;
  /** True inside the body of a section: only there is an item. */
  readonly inSection: boolean;
  /** True when an enclosing section already asked for this very path. */
  readonly asked: (namespace: Namespace, path: readonly string[]) => boolean;
  readonly onReference: (reference: Reference) => void;
}

const NAME = /[A-Za-z_][A-Za-z0-9_-]*/y;
const SEGMENT = /[A-Za-z0-9_-]+/y;
const NUMBER = /-?\d+(?:\.\d+)?(?![A-Za-z0-9_.-])/y;
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);
const KEYWORDS = new Map<string, JsonScalar>([
  ['true', true],
  ['false', false],
  ['null', null],
]);
const ESCAPES: Record<string, string> = { n: '\n', t: '\t', r: '\r' };

/** A tree whose references still wait for what stands around them: only then is it known whether they may be absent. */
type Draft =
  | { kind: 'literal'; value: JsonScalar }
  | { kind: 'reference'; namespace: Namespace; path: string[]; offset: number; length: number }
  | { kind: 'item'; path: string[]; offset: number; length: number }
  | { kind: 'call'; fn: TemplateFunction; args: Draft[]; offset: number; length: number };

/** Reads `text` from `start` to `end` as one expression: a value, then pipes. Refuses what is left over. */
export const parseExpression = (text: string, start: number, end: number, context: ExpressionContext): Expression => {
  const reader = createReader(text, start, end, context);
  const draft = reader.pipeline(0);
  reader.expectEnd();
  return settle(draft, false, context);
};

/** Reads the subject of a section: a plain path or an item, no pipes. */
export const parseSubject = (text: string, start: number, end: number, context: ExpressionContext): Expression => {
  const reader = createReader(text, start, end, context);
  const draft = reader.path();
  reader.expectEnd('a section opens on a path, without pipes or calls');
  return settle(draft, true, context);
};

const settle = (draft: Draft, mayBeAbsent: boolean, context: ExpressionContext): Expression => {
  if (draft.kind === 'literal') return draft;
  const { offset, length } = draft;
  if (draft.kind === 'item')
    return { kind: 'item', path: draft.path, optional: mayBeAbsent, place: { offset, length } };
  if (draft.kind === 'reference') {
    const { namespace, path } = draft;
    const optional = mayBeAbsent || context.asked(namespace, path);
    const reference: Reference = { namespace, path, offset, length, optional, inSection: context.inSection };
    context.onReference(reference);
    return { kind: 'reference', reference };
  }
  const { fn } = draft;
  // Only what a default is applied to may be absent, not the default itself nor the other arguments on the way.
  const args = draft.args.map((arg, index) =>
    settle(arg, index === 0 && (mayBeAbsent || fn.name === 'default'), context),
  );
  return { kind: 'call', fn, args, place: { offset, length } };
};

const createReader = (text: string, start: number, end: number, context: ExpressionContext) => {
  let at = start;

  const refuse = (message: string, hint?: string): Refusal =>
    new Refusal('bad-expression', message, {
      offset: at,
      length: Math.max(1, Math.min(1, end - at)),
      ...(hint && { hint }),
    });

  const skipSpace = (): void => {
    while (at < end && text.charCodeAt(at) <= 32) at += 1;
  };

  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found === undefined || at + found.length > end) return undefined;
    at += found.length;
    return found;
  };

  const take = (character: string): boolean => {
    skipSpace();
    if (at >= end || text[at] !== character) return false;
    at += 1;
    return true;
  };

  const segments = (first: string | undefined, from: number): string[] => {
    const path = first === undefined ? [] : [first];
    while (at < end && text[at] === '.') {
      at += 1;
      const segment = match(SEGMENT);
      if (segment === undefined) throw refuse('a name must follow the dot');
      path.push(segment);
    }
    const forbidden = path.find((segment) => FORBIDDEN.has(segment));
    if (forbidden === undefined) return path;
    throw new Refusal('forbidden-name', `${forbidden} is never a name here`, { offset: from, length: at - from });
  };

  const itemPath = (path: string[], offset: number): Draft => {
    const length = at - offset;
    if (context.inSection) return { kind: 'item', path, offset, length };
    const name = path[0];
    const hint = name === undefined ? {} : namespaceHint(name, path);
    throw new Refusal('no-item', 'only a section has an item; a value is written {{.namespace.path}}', {
      offset,
      length,
      ...hint,
    });
  };

  const path = (): Draft => {
    skipSpace();
    const offset = at;
    if (text[at] !== '.') {
      const name = match(NAME);
      if (name === undefined) throw refuse('a path, a text in quotes or a number must stand here');
      return itemPath(segments(name, offset), offset);
    }
    at += 1;
    const namespace = match(SEGMENT);
    if (namespace === undefined) return itemPath([], offset);
    if (!isNamespace(namespace)) throw unknownNamespace(namespace, offset, at, context.inSection);
    const rest = segments(undefined, offset);
    return { kind: 'reference', namespace, path: rest, offset, length: at - offset };
  };

  const literalText = (quote: string): string => {
    const opened = at;
    at += 1;
    let value = '';
    while (at < end && text[at] !== quote) {
      if (text[at] === '\\') {
        at += 1;
        const escaped = text[at] ?? '';
        value += ESCAPES[escaped] ?? escaped;
      } else value += text[at];
      at += 1;
    }
    if (at >= end) {
      at = opened;
      throw refuse('this text is not closed');
    }
    at += 1;
    return value;
  };

  const callArguments = (depth: number): Draft[] => {
    const args: Draft[] = [];
    if (take(')')) return args;
    do args.push(pipeline(depth + 1));
    while (take(','));
    if (!take(')')) throw refuse('a comma or a closing bracket must stand here');
    return args;
  };

  const primary = (depth: number): Draft => {
    if (depth > context.maxDepth)
      throw new Refusal('too-deep', `more than ${context.maxDepth} brackets deep`, { offset: at, length: 1 });
    skipSpace();
    const offset = at;
    const character = at < end ? text[at] : '';
    if (character === '"' || character === "'") return { kind: 'literal', value: literalText(character) };
    if (character === '(') {
      at += 1;
      const inner = pipeline(depth + 1);
      if (!take(')')) throw refuse('a closing bracket must stand here');
      return inner;
    }
    const number = match(NUMBER);
    if (number !== undefined) return { kind: 'literal', value: Number(number) };
    if (character === '.') return path();
    const name = match(NAME);
    if (name === undefined) throw refuse('a path, a text in quotes or a number must stand here');
    if (at < end && text[at] === '(') {
      at += 1;
      return call(name, offset, callArguments(depth));
    }
    const keyword = KEYWORDS.get(name);
    if (keyword !== undefined && text[at] !== '.') return { kind: 'literal', value: keyword };
    return itemPath(segments(name, offset), offset);
  };

  const call = (name: string, offset: number, args: Draft[]): Draft => {
    const place = { offset, length: name.length };
    const fn = FUNCTIONS.get(name);
    if (fn === undefined) {
      throw new Refusal('unknown-function', `there is no function ${name}`, {
        ...place,
        ...didYouMean(name, FUNCTIONS.keys()),
      });
    }
    checkArguments(fn, args, place);
    return { kind: 'call', fn, args, offset, length: at - offset };
  };

  const pipeline = (depth: number): Draft => {
    let value = primary(depth);
    while (take('|')) {
      skipSpace();
      const offset = at;
      const name = match(NAME);
      if (name === undefined) throw refuse('a function must follow the pipe');
      const args = [value];
      for (skipSpace(); at < end && !'|),'.includes(text[at] ?? ''); skipSpace()) args.push(primary(depth + 1));
      value = call(name, offset, args);
    }
    return value;
  };

  const expectEnd = (message = 'this was not expected here'): void => {
    skipSpace();
    if (at < end) throw refuse(message);
  };

  return { pipeline, path, expectEnd };
};

const isNamespace = (name: string): name is Namespace => (NAMESPACES as readonly string[]).includes(name);

const namespaceHint = (name: string, path: readonly string[]): { hint?: string } => {
  if (isNamespace(name)) return { hint: `write {{.${path.join('.')}}}` };
  return FUNCTIONS.has(name) ? { hint: `write {{.current.… | ${name}}}` } : {};
};

const unknownNamespace = (name: string, offset: number, end: number, inSection: boolean): Refusal => {
  const near = didYouMean(
    `.${name}`,
    NAMESPACES.map((namespace) => `.${namespace}`),
  );
  const hint =
    near.hint ?? (inSection ? `a value of the section's item is written {{${name}}}, without the dot` : undefined);
  return new Refusal(
    'unknown-namespace',
    `.${name} is no namespace: there are .current, .output, .metadata and .system`,
    {
      offset,
      length: end - offset,
      ...(hint === undefined ? {} : { hint }),
    },
  );
};

const checkArguments = (
  fn: TemplateFunction,
  args: readonly Draft[],
  place: { offset: number; length: number },
): void => {
  const least = fn.required ?? fn.parameters.length;
  const most = fn.variadic ? Number.POSITIVE_INFINITY : fn.parameters.length;
  if (args.length < least || args.length > most) {
    throw new Refusal('bad-arguments', `${fn.name} is written: ${fn.signature}`, place);
  }
  args.forEach((arg, index) => {
    const parameter = fn.parameters[Math.min(index, fn.parameters.length - 1)] ?? 'any';
    if (arg.kind !== 'literal' || !refusesLiteral(parameter, arg.value)) return;
    throw new Refusal(
      'bad-arguments',
      `${fn.name} takes ${parameter === 'list' ? 'a list' : `a ${parameter}`} there: ${fn.signature}`,
      place,
    );
  });
};

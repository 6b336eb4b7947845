import { err, ok, type Result } from '@pao/kernel';
import type { FieldReference } from '../draft.ts';

/** What an expression of a step may read. */
export interface Scope {
  readonly references: ReadonlyMap<string, FieldReference>;
  /** How the output of an earlier step is read: `{{.output.…}}` without the braces, or nothing. */
  readonly output: (step: string, path: readonly string[]) => string | undefined;
}

// Filters of Nunjucks and of Backstage that have the same meaning as a function of ours.
const FILTERS: { readonly [filter: string]: string | undefined } = {
  upper: 'upper',
  lower: 'lower',
  trim: 'trim',
  first: 'first',
  last: 'last',
  length: 'length',
  join: 'join',
  replace: 'replace',
  default: 'default',
  d: 'default',
  dump: 'json',
};

// Escaping follows the place a value lands in, so that these change nothing.
const NO_OPERATION = new Set(['safe', 'string']);

const ARGUMENTS: { readonly [fn: string]: readonly [least: number, most: number] | undefined } = {
  replace: [2, 2],
  default: [1, 1],
  join: [0, 1],
};

/** `${{ parameters.name | upper }}` in a text becomes `{{.current.name | upper}}`; the error says which one does not. */
export const convertText = (text: string, scope: Scope): Result<string, string> => {
  const parts: string[] = [];
  let from = 0;
  for (;;) {
    const start = text.indexOf('${{', from);
    if (start === -1) break;
    const end = text.indexOf('}}', start);
    if (end === -1) return err('an expression is not closed');
    const literal = text.slice(from, start);
    if (literal.includes('{{') || literal.endsWith('{')) return err(OTHER_LANGUAGE);
    const expression = convertExpression(text.slice(start + 3, end), scope);
    if (!expression.ok) return expression;
    parts.push(literal, `{{${expression.value}}}`);
    from = end + 2;
  }
  const rest = text.slice(from);
  return rest.includes('{{') ? err(OTHER_LANGUAGE) : ok([...parts, rest].join(''));
};

const OTHER_LANGUAGE = 'braces in its text would be read as variables';

/** Longer ones are not taken apart: that takes longer than in proportion. */
export const MAX_EXPRESSION = 1_000;

/** One expression without its braces: a value, and filters. */
const convertExpression = (source: string, scope: Scope): Result<string, string> => {
  if (source.length > MAX_EXPRESSION) return err('an expression of that length is not taken apart');
  const [first = '', ...filters] = splitPipes(source);
  const value = convertPath(first, scope);
  if (!value.ok) return value;
  const parts = [value.value];
  for (const filter of filters) {
    const converted = convertFilter(filter);
    if (!converted.ok) return converted;
    if (converted.value !== '') parts.push(converted.value);
  }
  return ok(parts.join(' | '));
};

/** Pipes outside of quotes. */
const splitPipes = (source: string): readonly string[] => {
  const parts = [''];
  let quote = '';
  for (const character of source) {
    if (quote === '' && character === '|') parts.push('');
    else parts[parts.length - 1] += character;
    if (quote === character) quote = '';
    else if (quote === '' && (character === '"' || character === "'")) quote = character;
  }
  return parts.map((part) => part.trim());
};

/** `parameters.a.b`, `parameters["a"]`, `steps.x.output.y`, `steps['x'].output.y`; undefined for anything else. */
export const pathOf = (source: string): readonly string[] | undefined => {
  if (source.length > 300) return undefined;
  const dotted = source
    .trim()
    .replaceAll(/\[\s*(?:"([^"\]]*)"|'([^'\]]*)')\s*\]/g, (_, a?: string, b?: string) => `.${a ?? b}`);
  const names = dotted.split('.');
  return names.every((name) => /^[A-Za-z_][\w-]*$/.test(name)) ? names : undefined;
};

const convertPath = (source: string, scope: Scope): Result<string, string> => {
  const [root, ...rest] = pathOf(source) ?? [];
  if (root === 'parameters') {
    const reference = scope.references.get(rest.join('.'));
    return reference === undefined ? err(`the form has no field for ${source}`) : ok(`.current.${reference.path}`);
  }
  if (root === 'steps' && rest[1] === 'output') {
    const output = scope.output(rest[0] ?? '', rest.slice(2));
    return output === undefined ? err(`no action that was carried over gives ${source}`) : ok(`.output.${output}`);
  }
  if (root === 'user' && rest.join('.') === 'entity.metadata.name') return ok('.system.user.id');
  if (root === 'user' && rest.join('.') === 'entity.spec.profile.email') return ok('.system.user.email');
  if (root === 'secrets') return err('secrets are read with secretRef, and never by a template');
  return err(`${source === '' ? 'an empty expression' : source} has no counterpart`);
};

const convertFilter = (source: string): Result<string, string> => {
  const match = /^([A-Za-z]\w*)\s*(?:\((.*)\))?$/s.exec(source);
  const name = match?.[1] ?? '';
  if (match !== null && NO_OPERATION.has(name)) return ok('');
  const fn = Object.hasOwn(FILTERS, name) ? FILTERS[name] : undefined;
  if (fn === undefined) return err(`the filter ${source} has no counterpart`);
  const list = argumentsOf(match?.[2] ?? '');
  const [least, most] = ARGUMENTS[fn] ?? [0, 0];
  if (list === undefined || list.length < least || list.length > most) {
    return err(`the filter ${source} is given something other than texts and numbers, or too much`);
  }
  return ok([fn, ...list].join(' '));
};

const LITERAL = /^\s*(?:"([^"\\{}]*)"|'([^'\\{}]*)'|(-?\d+(?:\.\d+)?)|(true|false))\s*(?:,|$)/;

const argumentsOf = (source: string): readonly string[] | undefined => {
  const list: string[] = [];
  let rest = source;
  while (rest.trim() !== '') {
    const match = LITERAL.exec(rest);
    if (match === null) return undefined;
    const [whole, double, single, number, flag] = match;
    list.push(number ?? flag ?? `"${double ?? single ?? ''}"`);
    rest = rest.slice(whole.length);
  }
  return list.some((text) => text.length > 2 && text.slice(1, -1).includes('"')) ? undefined : list;
};

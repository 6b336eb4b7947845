import type { Scalar, Validation } from '@pao/documents';
import { expressionOf, literalOf, splitTop } from './types.ts';

/** What a `validation` block says, as far as a field of the form can say it. */
export interface Rule {
  readonly validation?: Validation;
  readonly choices?: readonly Scalar[];
}

// Longer ones are not taken apart: that takes longer than in proportion.
const MAX_CONDITION = 4_000;

/** The rules of a condition over one variable; undefined when a part of it is something else. */
export const rulesOf = (condition: string, variable: string): readonly Rule[] | undefined => {
  if (condition.length > MAX_CONDITION) return undefined;
  const source = withoutNullGuard(expressionOf(condition), variable);
  const parts = splitTop(source, ['&&']).map(withoutParentheses);
  const rules = parts.map((part) => ruleOf(part, variable));
  return rules.length > 0 && rules.every((rule) => rule !== undefined) ? rules : undefined;
};

/** `var.x == null || …`: a form never sends an empty field as something else than null. */
const withoutNullGuard = (source: string, variable: string): string => {
  const whole = withoutParentheses(source);
  const alternatives = splitTop(whole, ['||']).map(withoutParentheses);
  const [guard, rest] = alternatives;
  if (alternatives.length === 2 && rest !== undefined && isNullCheck(guard, variable)) return rest;
  const ternary = splitTop(whole, ['?', ':']).map(withoutParentheses);
  const [test, yes, no] = ternary;
  return ternary.length === 3 && no !== undefined && yes === 'true' && isNullCheck(test, variable) ? no : whole;
};

const isNullCheck = (source: string | undefined, variable: string): boolean =>
  source?.replaceAll(/\s+/g, '') === `var.${variable}==null`;

const withoutParentheses = (source: string): string => {
  let text = source.trim();
  while (text.startsWith('(') && closes(text)) text = text.slice(1, -1).trim();
  return text;
};

/** The first bracket closes at the end: `(a)`, and not `(a) && (b)`. */
const closes = (text: string): boolean => splitTop(text, ['&&', '||', '?', ',']).length === 1 && text.endsWith(')');

const ruleOf = (source: string, variable: string): Rule | undefined =>
  choicesIn(source, variable) ?? patternIn(source, variable) ?? comparison(source, variable);

const callOf = (source: string, name: string): readonly string[] | undefined => {
  const [, inner] = new RegExp(`^${name}\\s*\\(([^]*)\\)$`).exec(source) ?? [];
  return inner === undefined ? undefined : splitTop(inner, [',']);
};

const choicesIn = (source: string, variable: string): Rule | undefined => {
  const [list = '', subject, ...more] = callOf(source, 'contains') ?? [];
  if (subject !== `var.${variable}` || more.length > 0 || !list.startsWith('[') || !list.endsWith(']'))
    return undefined;
  const values = splitTop(list.slice(1, -1), [',', '\n']).map(literalOf);
  return values.length > 0 && values.every((value) => value !== undefined) ? { choices: values } : undefined;
};

const patternIn = (source: string, variable: string): Rule | undefined => {
  const [inner = ''] = callOf(source, 'can') ?? lengthOfMatches(source);
  const [text = '', subject, ...more] = callOf(inner, 'regex') ?? callOf(inner, 'regexall') ?? [];
  const pattern = literalOf(text);
  const fits = typeof pattern === 'string' && pattern !== '' && subject === `var.${variable}` && more.length === 0;
  return fits ? { validation: { pattern } } : undefined;
};

/** `length(regexall("…", var.x)) > 0`, which older modules write for `can(regex(…))`. */
const lengthOfMatches = (source: string): readonly string[] => {
  const [, call] = /^(length\s*\([^]*\))\s*>\s*0$/.exec(source) ?? [];
  return call === undefined ? [] : (callOf(call, 'length') ?? []);
};

const MIRRORED: { readonly [operator: string]: string } = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '==': '==' };

const comparison = (source: string, variable: string): Rule | undefined => {
  const [, left = '', operator = '', right = ''] = /^([^<>=!&|]+?)\s*(<=|>=|==|<|>)\s*([^<>=!&|]+)$/.exec(source) ?? [];
  const numbers = [literalOf(left), literalOf(right)];
  const [before, after] = numbers;
  if (typeof after === 'number') return bound(left.trim(), operator, after, variable);
  return typeof before === 'number' ? bound(right.trim(), MIRRORED[operator] ?? '', before, variable) : undefined;
};

const bound = (subject: string, operator: string, limit: number, variable: string): Rule | undefined => {
  if (subject === `length(var.${variable})`) return lengthBound(operator, limit);
  if (subject !== `var.${variable}`) return undefined;
  if (operator === '>=') return { validation: { min: limit } };
  if (operator === '<=') return { validation: { max: limit } };
  // A limit of the form is itself allowed: for numbers that need not be whole, `>` has no equivalent.
  return undefined;
};

const lengthBound = (operator: string, limit: number): Rule | undefined => {
  if (!Number.isInteger(limit)) return undefined;
  const least = { '>=': limit, '>': limit + 1, '==': limit }[operator];
  const most = { '<=': limit, '<': limit - 1, '==': limit }[operator];
  if (least === undefined && most === undefined) return undefined;
  return {
    validation: {
      ...(least === undefined || least < 0 ? {} : { minLength: least }),
      ...(most === undefined || most < 0 ? {} : { maxLength: most }),
    },
  };
};

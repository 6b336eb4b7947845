import { err, type Json, ok, type Result } from '@pao/kernel';
import { MAX_EXPRESSION, pathOf, type Scope } from './expressions.ts';

/** `if: ${{ parameters.env === "prod" }}` as JMESPath; the error says why it is not carried. */
export const convertCondition = (condition: Json, scope: Scope): Result<string, string> => {
  const text = typeof condition === 'string' ? condition.trim() : '';
  if (text.length > MAX_EXPRESSION) return err('a condition of that length is not taken apart');
  if (!text.startsWith('${{') || !text.endsWith('}}') || text.indexOf('}}') !== text.length - 2) {
    return err('a condition is one expression');
  }
  return convert(text.slice(3, -2).trim(), scope);
};

const convert = (source: string, scope: Scope): Result<string, string> => {
  // Words within quotes are no operators; a text that holds one is not split.
  const joined = /["'][^"']*\s(?:and|or|&&|\|\|)\s[^"']*["']/.test(source)
    ? [source]
    : source.split(/\s+(and|&&|or|\|\|)\s+/);
  const operators = new Set(
    joined.filter((_, index) => index % 2 === 1).map((word) => (/and|&&/.test(word) ? '&&' : '||')),
  );
  if (operators.size > 1) return err('a condition with both `and` and `or` is not taken apart');
  const parts: string[] = [];
  for (const part of joined.filter((_, index) => index % 2 === 0)) {
    const converted = convertOne(part.trim(), scope);
    if (!converted.ok) return converted;
    parts.push(converted.value);
  }
  return ok(parts.join(` ${[...operators][0] ?? ''} `));
};

const COMPARISON = /^([^=!<>]+?)\s*(===?|!==?)\s*(?:"([^"'\\`]*)"|'([^"'\\`]*)'|(true|false|-?\d+(?:\.\d+)?))$/;

const convertOne = (source: string, scope: Scope): Result<string, string> => {
  const compared = COMPARISON.exec(source);
  if (compared !== null) {
    const [, path = '', operator = '', double, single, literal] = compared;
    const field = fieldOf(path, scope);
    if (field === undefined) return err(`${path.trim()} is no field of the form`);
    const value = literal === undefined ? `'${double ?? single ?? ''}'` : `\`${literal}\``;
    return ok(`current.${field.path} ${operator.startsWith('!') ? '!=' : '=='} ${value}`);
  }
  const negated = /^(?:not\s+|!\s*)(.+)$/.exec(source);
  const field = fieldOf(negated?.[1] ?? source, scope);
  if (field === undefined) return err(`${source} is not read`);
  // JMESPath takes 0 for true.
  if (field.type === 'number') return err('whether a number is 0 is asked in another way');
  return ok(`${negated === null ? '' : '!'}current.${field.path}`);
};

const fieldOf = (source: string, scope: Scope) => {
  const [root, ...rest] = pathOf(source) ?? [];
  return root === 'parameters' ? scope.references.get(rest.join('.')) : undefined;
};

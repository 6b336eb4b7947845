import { err, ok, type Result } from '@pao/kernel';

/** A type constraint of Terraform. */
export type TerraformType =
  | { readonly kind: 'string' | 'number' | 'bool' | 'any' }
  | { readonly kind: 'list' | 'set' | 'map'; readonly of: TerraformType }
  | { readonly kind: 'tuple' }
  | { readonly kind: 'object'; readonly attributes: readonly Attribute[] };

export interface Attribute {
  readonly name: string;
  readonly type: TerraformType;
  readonly optional: boolean;
  /** The expression of its default, as it is written. */
  readonly fallback?: string;
}

/** The text of an expression: `${…}` in what the parser of HCL gives, plain in Terraform's JSON syntax. */
export const expressionOf = (text: string): string => {
  const trimmed = text.trim();
  const expression = trimmed.startsWith('${') && trimmed.endsWith('}') ? trimmed.slice(2, -1) : trimmed;
  return withoutComments(expression).trim();
};

const withoutComments = (source: string): string => {
  const kept: string[] = [];
  let start = 0;
  for (let at = 0; at < source.length; at += 1) {
    if (source[at] === '"') at = endOfText(source, at);
    const end = source.startsWith('/*', at) ? '*/' : /^(?:#|\/\/)/.test(source.slice(at, at + 2)) ? '\n' : undefined;
    if (end === undefined) continue;
    const close = source.indexOf(end, at);
    kept.push(source.slice(start, at));
    // A comment to the end of its line leaves the line's end, which separates attributes.
    start = close === -1 ? source.length : close + (end === '\n' ? 0 : 2);
    at = start - 1;
  }
  return [...kept, source.slice(start)].join('');
};

/** Reads `object({ size = optional(number, 20) })` and the like. */
export const parseType = (text: string): Result<TerraformType, string> => {
  const source = expressionOf(text);
  if (source.length > MAX_TYPE || nestsTooDeep(source)) return err('the type is nested too deep, or too long');
  const read = typeOf(source);
  return read === undefined ? err('the type is not one of Terraform') : ok(read);
};

const MAX_NESTING = 20;
const MAX_TYPE = 20_000;

const nestsTooDeep = (source: string): boolean => {
  let depth = 0;
  return Array.from(source).some((character) => {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    return depth > MAX_NESTING;
  });
};

const typeOf = (source: string): TerraformType | undefined => {
  if (source === 'string' || source === 'number' || source === 'bool' || source === 'any') return { kind: source };
  // What was written before there were types of elements.
  if (source === 'list' || source === 'map') return { kind: source, of: { kind: 'any' } };
  const [, name = '', inner = ''] = /^([a-z]+)\s*\(([^]*)\)$/.exec(source) ?? [];
  if (name === 'list' || name === 'set' || name === 'map') {
    const of = typeOf(inner.trim());
    return of === undefined ? undefined : { kind: name, of };
  }
  if (name === 'tuple') return { kind: 'tuple' };
  return name === 'object' ? objectOf(inner.trim()) : undefined;
};

const objectOf = (source: string): TerraformType | undefined => {
  if (!source.startsWith('{') || !source.endsWith('}')) return undefined;
  const attributes = splitTop(source.slice(1, -1), [',', '\n']).map((part) => attributeOf(part));
  return attributes.every((attribute) => attribute !== undefined) ? { kind: 'object', attributes } : undefined;
};

const attributeOf = (source: string): Attribute | undefined => {
  const [, name = '', rest = ''] = /^"?([\w-]+)"?\s*[=:]\s*([^]+)$/.exec(source) ?? [];
  const [, inner] = /^optional\s*\(([^]*)\)$/.exec(rest) ?? [];
  const [constraint = '', ...fallback] = inner === undefined ? [rest] : splitTop(inner, [',']);
  const type = typeOf(constraint.trim());
  if (name === '' || type === undefined) return undefined;
  const [first] = fallback;
  return { name, type, optional: inner !== undefined, ...(first === undefined ? {} : { fallback: first }) };
};

/** The parts between separators that stand outside of brackets and texts. */
export const splitTop = (source: string, separators: readonly string[]): readonly string[] => {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < source.length; at += 1) {
    const character = source[at] ?? '';
    if (character === '"') at = endOfText(source, at);
    else if ('([{'.includes(character)) depth += 1;
    else if (')]}'.includes(character)) depth -= 1;
    else if (depth === 0) {
      const separator = separators.find((candidate) => source.startsWith(candidate, at));
      if (separator === undefined) continue;
      parts.push(source.slice(start, at));
      start = at + separator.length;
      at = start - 1;
    }
  }
  parts.push(source.slice(start));
  return parts.map((part) => part.trim()).filter((part) => part !== '');
};

const endOfText = (source: string, start: number): number => {
  let at = start + 1;
  while (at < source.length && source[at] !== '"') at += source[at] === '\\' ? 2 : 1;
  return at;
};

/** A literal of HCL: a text without variables, a number, true or false. */
export const literalOf = (source: string): string | number | boolean | undefined => {
  const text = source.trim();
  if (text === 'true' || text === 'false') return text === 'true';
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (!text.startsWith('"') || endOfText(text, 0) !== text.length - 1) return undefined;
  if (/(?:^|[^$])\$\{|(?:^|[^%])%\{/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value.replaceAll('$${', '${').replaceAll('%%{', '%{') : undefined;
  } catch {
    return undefined;
  }
};

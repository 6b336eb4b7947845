import type { Json } from '@pao/kernel';
import { type Alias, type Document, isAlias, isMap, isScalar, isSeq, type Scalar, type YAMLMap } from 'yaml';
import { MAX_ALIASES, MAX_VALUES } from '../limits.ts';
import { FORBIDDEN_KEYS, MERGE_KEY } from './keys.ts';
import { type ProblemOptions, problem, YamlProblemError } from './problem.ts';

interface Walk {
  readonly document: Document;
  readonly open: Set<unknown>;
  values: number;
  aliases: number;
}

/** The JSON value of a composed document. Everything JSON cannot hold exactly, or that programs trip over, is refused. */
export const toJson = (document: Document): Json =>
  convert(document.contents, { document, open: new Set(), values: 0, aliases: 0 });

const convert = (node: unknown, walk: Walk): Json => {
  walk.values += 1;
  if (walk.values > MAX_VALUES) refuse(node, 'FILE_TOO_COMPLEX', `The file holds more than ${MAX_VALUES} values.`);
  if (isScalar(node)) return scalarValue(node);
  if (isMap(node)) return mapValue(node, walk);
  if (isSeq(node)) return node.items.map((item) => convert(item, walk));
  if (isAlias(node)) return aliasValue(node, walk);
  return null;
};

const mapValue = (map: YAMLMap, walk: Walk): Json => {
  const result: { [key: string]: Json } = {};
  for (const pair of map.items) {
    const key = keyText(pair.key);
    if (Object.hasOwn(result, key)) refuse(pair.key, 'YAML_DUPLICATE_KEY', `The key \`${key}\` is given twice.`);
    result[key] = convert(pair.value, walk);
  }
  return result;
};

const keyText = (key: unknown): string => {
  if (!isScalar(key) || typeof key.value !== 'string') {
    return refuse(key, 'YAML_KEY_NOT_STRING', 'A key must be a string.', { hint: 'put the key in quotes' });
  }
  if (FORBIDDEN_KEYS.has(key.value)) refuse(key, 'YAML_KEY_FORBIDDEN', `\`${key.value}\` is not accepted as a key.`);
  if (key.value === MERGE_KEY) {
    refuse(key, 'YAML_MERGE_KEY', 'Merge keys are not part of YAML 1.2.', { hint: 'repeat the keys' });
  }
  return key.value;
};

const scalarValue = (scalar: Scalar): Json => {
  const { value } = scalar;
  if (typeof value === 'number') checkNumber(scalar, value);
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  return refuse(scalar, 'YAML_TAG', 'Only the types of JSON are understood.');
};

const checkNumber = (scalar: Scalar, value: number): void => {
  const source = scalar.source ?? '';
  if (!Number.isFinite(value)) refuse(scalar, 'NUMBER_NOT_FINITE', `\`${source}\` is not a number JSON can hold.`);
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    refuse(scalar, 'NUMBER_NOT_EXACT', `${source} is too large to be kept exactly.`, { hint: 'put it in quotes' });
  }
  if (/^[-+]?0\d/.test(source)) {
    refuse(scalar, 'NUMBER_LEADING_ZERO', `${source} would be read as ${value}.`, { hint: 'put it in quotes' });
  }
};

const aliasValue = (alias: Alias, walk: Walk): Json => {
  walk.aliases += 1;
  if (walk.aliases > MAX_ALIASES) {
    refuse(alias, 'YAML_TOO_MANY_ALIASES', `The aliases expand more than ${MAX_ALIASES} times.`);
  }
  const target = alias.resolve(walk.document);
  if (target === undefined)
    return refuse(alias, 'YAML_ALIAS_UNKNOWN', `No anchor \`&${alias.source}\` stands before this.`);
  if (walk.open.has(target)) refuse(alias, 'YAML_TOO_MANY_ALIASES', `\`*${alias.source}\` contains itself.`);
  walk.open.add(target);
  const value = convert(target, walk);
  walk.open.delete(target);
  return value;
};

const refuse = (
  node: unknown,
  code: Parameters<typeof problem>[0],
  message: string,
  options: ProblemOptions = {},
): never => {
  const range = (node as { readonly range?: readonly number[] | null } | null)?.range;
  const start = range?.[0] ?? 0;
  throw new YamlProblemError(problem(code, start, message, { end: range?.[1] ?? start + 1, ...options }));
};

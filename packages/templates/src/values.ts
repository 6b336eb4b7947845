import type { Json } from '@pao/kernel';
import { Refusal } from './refusal.ts';

const jsonText: unique symbol = Symbol('jsonText');

/** JSON text made by the `json` function: the value itself where a bare value may stand, its text everywhere else. */
export interface JsonText {
  readonly [jsonText]: Json;
}

/** What an expression yields; `undefined` and `null` are "left empty". */
export type Value = Json | JsonText | undefined;

export const asJsonText = (value: Json): JsonText => ({ [jsonText]: value });

const isJsonText = (value: object): value is JsonText => Object.hasOwn(value, jsonText);

/** The value a `json` call wraps; any other value as it is. */
export const unwrap = (value: Value): Json | undefined =>
  typeof value === 'object' && value !== null && isJsonText(value) ? value[jsonText] : value;

export const isEmpty = (value: Value): value is null | undefined => value === undefined || value === null;

const finite = (value: number): number => {
  if (Number.isFinite(value)) return value;
  throw new Refusal('bad-value', 'a number that is not finite can’t be written');
};

/** JSON of a value; what JSON can't carry (a function, a bigint, a circle) is refused. */
export const jsonOf = (value: Json, space?: number): string => {
  if (typeof value === 'number') finite(value);
  const text = stringify(value, space);
  if (text === undefined) throw notJson(value);
  return text;
};

const stringify = (value: Json, space: number | undefined): string | undefined => {
  try {
    return JSON.stringify(value, undefined, space);
  } catch {
    return undefined;
  }
};

const notJson = (value: unknown): Refusal =>
  new Refusal('bad-value', `a ${typeof value} is not a value a template can write`);

/** Text of a scalar; `undefined` for lists and objects. */
export const scalarText = (value: Json): string | undefined => {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(finite(value));
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (value === null) return '';
  if (typeof value !== 'object') throw notJson(value);
  return undefined;
};

/**
 * A value as running text: empty for nothing, a scalar's text, the entries of a list of scalars with `separator` between, else
 * JSON. `escape` sees each entry by itself, so that a separator can be told from the same character in a value.
 */
export const textOf = (value: Value, separator = ',', escape: (text: string) => string = (text) => text): string => {
  if (isEmpty(value)) return '';
  if (typeof value === 'string') return escape(value);
  if (typeof value === 'object' && isJsonText(value)) return escape(jsonOf(value[jsonText]));
  const scalar = scalarText(value);
  if (scalar !== undefined) return escape(scalar);
  if (!Array.isArray(value)) return escape(jsonOf(value));
  const entries = value.map((entry: Json) => scalarText(entry));
  if (entries.some((entry) => entry === undefined)) return escape(jsonOf(value));
  return entries.map((entry) => escape(entry ?? '')).join(separator);
};

import type { Json } from '@pao/kernel';
import { Refusal } from '../refusal.ts';
import { isEmpty, jsonOf, scalarText, unwrap, type Value } from '../values.ts';
import type { Parameter } from './function.ts';

const KIND: Record<Parameter, string> = { text: 'text', number: 'a number', list: 'a list', any: 'a value' };

const describe = (value: Value): string => {
  if (isEmpty(value)) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value === 'string' ? 'text' : typeof value}`;
};

export const wrongArgument = (wanted: Parameter, value: Value): Refusal =>
  new Refusal('bad-value', `takes ${KIND[wanted]}, got ${describe(value)}`);

/** The text of an argument: a scalar's, or that of JSON made by `json`. */
export const textArgument = (value: Value): string => {
  const plain = unwrap(value);
  if (plain !== undefined && plain !== value) return jsonOf(plain);
  const text = plain === undefined ? '' : scalarText(plain);
  if (text === undefined) throw wrongArgument('text', value);
  return text;
};

export const numberArgument = (value: Value): number => {
  if (typeof value === 'number') return value;
  const text = typeof value === 'string' ? value.trim() : '';
  const parsed = text === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(parsed)) throw wrongArgument('number', value);
  return parsed;
};

export const listArgument = (value: Value): readonly Json[] => {
  if (!Array.isArray(value)) throw wrongArgument('list', value);
  return value;
};

/** True when a literal of this kind can never be right for the parameter. */
export const refusesLiteral = (parameter: Parameter, value: Json): boolean => {
  if (parameter === 'number')
    return (
      typeof value !== 'number' && !(typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)))
    );
  return parameter === 'list';
};

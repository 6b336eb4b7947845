import type { Json } from '@pao/kernel';

/** A JSON Schema object as this package writes them. `x-code` names the finding a broken rule is reported as. */
export type JsonSchema = { readonly [keyword: string]: Json };

export const SCHEMA_IDS = {
  common: 'urn:pao:catalog:v1:common-types',
  item: 'urn:pao:catalog:v1:catalog-item',
  bundle: 'urn:pao:catalog:v1:catalog-bundle',
} as const;

export const common = (name: string): { readonly $ref: string } => ({ $ref: `${SCHEMA_IDS.common}#/$defs/${name}` });

export const text = (rest: JsonSchema = {}): JsonSchema => ({ type: 'string', minLength: 1, ...rest });

export const listOf = (items: JsonSchema, rest: JsonSchema = {}): JsonSchema => ({ type: 'array', items, ...rest });

/** A closed object: a key that is not named is a finding. */
export const closed = (
  required: readonly string[],
  properties: { readonly [name: string]: JsonSchema },
  rest: JsonSchema = {},
): JsonSchema => ({
  type: 'object',
  ...(required.length === 0 ? {} : { required: [...required] }),
  properties,
  additionalProperties: false,
  ...rest,
});

/** `consequence` applies where the condition does. */
export const ifThen = (condition: JsonSchema, consequence: JsonSchema): JsonSchema => ({
  if: condition,
  // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema, in an object nobody awaits
  then: consequence,
});

/** `consequence` applies where the property has exactly this value. */
export const when = (property: string, value: Json, consequence: JsonSchema): JsonSchema =>
  ifThen({ type: 'object', required: [property], properties: { [property]: { const: value } } }, consequence);

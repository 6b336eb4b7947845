import type { Scalar } from '@pao/documents';
import { canonicalJson, isJsonObject, type Json, type JsonObject } from '@pao/kernel';
import type { DraftConditional } from '../draft.ts';
import { type Located, locate, type SchemaContext } from './context.ts';

/** A property that is asked only when another one has a certain value. */
export interface Branch {
  readonly key: string;
  readonly schema: Json;
  readonly at: string;
  readonly required: boolean;
  /** The property it depends on. */
  readonly on: string;
  readonly condition: Omit<DraftConditional, 'dependsOn'>;
}

/** The keywords of an object schema that hold branches. */
export const BRANCHING = ['dependencies', 'dependentSchemas', 'dependentRequired', 'if', 'then', 'else', 'allOf'];

/** The simple conditions of an object schema. What depends on more than one value of one property is listed. */
export const branchesOf = ({ schema, at }: Located, context: SchemaContext): readonly Branch[] => {
  const dependencies = ['dependencies', 'dependentSchemas'].flatMap((keyword) =>
    entriesOf(schema[keyword]).flatMap(([on, inner]) => dependency(on, inner, `${at}.${keyword}.${on}`, context)),
  );
  for (const [on] of entriesOf(schema['dependentRequired'])) {
    leave(
      context,
      `${at}.dependentRequired.${on}`,
      'dependentRequired',
      'a field is required always, or whenever it is shown',
    );
  }
  const parts = Array.isArray(schema['allOf']) ? (schema['allOf'] as readonly Json[]) : [];
  const all = parts.flatMap((part, index) => {
    const place = `${at}.allOf[${index}]`;
    const inner = locate(part, place, context);
    if (inner?.schema['if'] !== undefined) return ifThenElse(inner.schema, place, context);
    if (inner !== undefined) leave(context, place, 'allOf', 'schemas are not merged');
    return [];
  });
  return merged([...dependencies, ...ifThenElse(schema, at, context), ...all], context);
};

const entriesOf = (value: Json | undefined): readonly (readonly [string, Json])[] =>
  isJsonObject(value) ? Object.entries(value) : [];

const leave = (context: SchemaContext, at: string, what: string, why: string): void =>
  context.remarks.leave(at, what, why, 'write the condition with `conditional`, or ask in two items');

const dependency = (on: string, value: Json, at: string, context: SchemaContext): readonly Branch[] => {
  if (Array.isArray(value)) {
    leave(context, at, 'a list of fields that become required', 'a field is required always, or whenever it is shown');
    return [];
  }
  const inner = locate(value, at, context);
  if (inner === undefined) return [];
  const { oneOf } = inner.schema;
  if (!Array.isArray(oneOf)) return propertiesOf(inner, on, { condition: 'exists' }, context);
  return (oneOf as readonly Json[]).flatMap((alternative, index) => {
    const place = `${at}.oneOf[${index}]`;
    const located = locate(alternative, place, context);
    const values = located === undefined ? undefined : valuesOf(located.schema, on);
    if (located !== undefined && values !== undefined) return propertiesOf(located, on, oneOrSeveral(values), context);
    if (located !== undefined)
      leave(context, place, 'an alternative', `it does not say for which values of ${on} it is`);
    return [];
  });
};

const ifThenElse = (schema: JsonObject, at: string, context: SchemaContext): readonly Branch[] => {
  const condition = schema['if'];
  if (condition === undefined) return [];
  const properties = isJsonObject(condition) ? condition['properties'] : undefined;
  const [on, ...others] = Object.keys(isJsonObject(properties) ? properties : {});
  const values = on === undefined || others.length > 0 ? undefined : valuesOf(condition as JsonObject, on);
  if (on === undefined || values === undefined) {
    leave(context, `${at}.if`, 'if, then, else', 'a condition looks at certain values of one field');
    return [];
  }
  const sides = [
    ['then', oneOrSeveral(values)],
    ['else', negated(oneOrSeveral(values))],
  ] as const;
  return sides.flatMap(([side, condition]) => {
    if (schema[side] === undefined) return [];
    const located = locate(schema[side], `${at}.${side}`, context);
    return located === undefined ? [] : propertiesOf(located, on, condition, context);
  });
};

/** The values that a schema allows one of its properties. */
const valuesOf = (schema: JsonObject, on: string): readonly Scalar[] | undefined => {
  const { properties } = schema;
  const property = isJsonObject(properties) && Object.hasOwn(properties, on) ? properties[on] : undefined;
  if (!isJsonObject(property)) return undefined;
  const values = Array.isArray(property['enum']) ? property['enum'] : [property['const']];
  const scalars = values.every((value) => ['string', 'number', 'boolean'].includes(typeof value));
  return scalars && values.length > 0 ? (values as readonly Scalar[]) : undefined;
};

type Condition = Omit<DraftConditional, 'dependsOn'>;

const oneOrSeveral = (values: readonly Scalar[]): Condition => {
  const [first] = values;
  return values.length === 1 && first !== undefined
    ? { condition: 'equals', value: first }
    : { condition: 'in', value: values };
};

const negated = ({ condition, value }: Condition): Condition => ({
  condition: condition === 'equals' ? 'notEquals' : 'notIn',
  ...(value === undefined ? {} : { value }),
});

const propertiesOf = (
  { schema, at }: Located,
  on: string,
  condition: Condition,
  context: SchemaContext,
): readonly Branch[] => {
  for (const keyword of Object.keys(schema)) {
    if (['properties', 'required', 'title', 'description', 'type', '$comment'].includes(keyword)) continue;
    leave(context, `${at}.${keyword}`, keyword, 'what a condition brings is fields, and whether they are required');
  }
  const required = Array.isArray(schema['required']) ? (schema['required'] as readonly Json[]) : [];
  const branches = entriesOf(schema['properties'])
    .filter(([key]) => key !== on)
    .map(([key, inner]) => ({
      key,
      schema: inner,
      at: `${at}.properties.${key}`,
      required: required.includes(key),
      on,
      condition,
    }));
  for (const key of required) {
    if (key === on || branches.some((branch) => branch.key === key)) continue;
    leave(
      context,
      `${at}.required`,
      `${typeof key === 'string' ? key : 'what is no name'} becomes required`,
      'a field is required always, or whenever it is shown',
    );
  }
  return branches;
};

/** The same property for several values of one field is one field; another shape of it cannot be. */
const merged = (branches: readonly Branch[], context: SchemaContext): readonly Branch[] => {
  const kept = new Map<string, Branch>();
  for (const branch of branches) {
    const before = kept.get(branch.key);
    const values = before === undefined ? undefined : joined(before, branch);
    if (before === undefined) kept.set(branch.key, branch);
    else if (values !== undefined) kept.set(branch.key, { ...before, condition: oneOrSeveral(values) });
    else leave(context, branch.at, `another form of ${branch.key}`, 'a field has one form, under one condition');
  }
  return [...kept.values()];
};

const POSITIVE = new Set(['equals', 'in']);

const joined = (one: Branch, other: Branch): readonly Scalar[] | undefined => {
  const same =
    one.on === other.on && one.required === other.required && canonicalJson(one.schema) === canonicalJson(other.schema);
  if (!same || !POSITIVE.has(one.condition.condition) || !POSITIVE.has(other.condition.condition)) return undefined;
  return [...new Set([one, other].flatMap(({ condition }) => condition.value ?? []))];
};

import type { Scalar } from '../document.ts';
import type { JsonSchema } from '../schema/json-schema.ts';
import { scalars } from './condition.ts';
import type { FormCondition, FormDefinition, FormField } from './definition.ts';

/** A schema that an input satisfies exactly when the field takes part: condition.ts in the words of JSON Schema. */
export const activeSchema = (form: FormDefinition, field: FormField, above: readonly string[] = []): JsonSchema => {
  const { condition } = field;
  if (condition === undefined) return {};
  const on = condition.on === undefined ? undefined : form.byPath.get(condition.on);
  if (on === undefined || above.includes(on.path)) return { not: {} };
  const outer = activeSchema(form, on, [...above, field.path]);
  const inner = holdsSchema(condition, on);
  return Object.keys(outer).length === 0 ? inner : { allOf: [outer, inner] };
};

const holdsSchema = ({ conditional }: FormCondition, on: FormField): JsonSchema => {
  const wanted = scalars(conditional.value);
  const given = valueSchema(on, {});
  switch (conditional.condition) {
    case 'equals':
    case 'in':
      return isOneOf(on, wanted);
    case 'notEquals':
    case 'notIn':
      return { not: isOneOf(on, wanted) };
    case 'exists': {
      const exists = on.field.default === undefined ? given : {};
      return conditional.value === false ? { not: exists } : exists;
    }
    default:
      return conditional.condition satisfies never;
  }
};

/** Of a list one entry is enough. A default that is among the wanted values counts where nothing was entered. */
const isOneOf = (on: FormField, wanted: readonly Scalar[]): JsonSchema => {
  const one: JsonSchema = wanted.length === 1 ? { const: wanted[0] ?? '' } : { enum: [...wanted] };
  const given = valueSchema(on, on.type === 'multiselect' ? { type: 'array', contains: one } : one);
  const fallback = on.field.default;
  const byDefault = Array.isArray(fallback)
    ? fallback.some((entry) => wanted.includes(entry as Scalar))
    : wanted.includes(fallback as Scalar);
  return byDefault ? { anyOf: [given, { not: valueSchema(on, {}) }] } : given;
};

const valueSchema = (on: FormField, value: JsonSchema): JsonSchema => {
  const inner: JsonSchema = { type: 'object', required: [on.id], properties: { [on.id]: value } };
  return on.group === undefined
    ? inner
    : { type: 'object', required: [on.group.id], properties: { [on.group.id]: inner } };
};

import type { Json } from '@pao/kernel';
import type { Scalar } from '../document.ts';
import type { FormCondition } from './definition.ts';

/** Whether a condition holds for the value of the field it looks at; that field takes part itself. */
export const isActive = (condition: FormCondition, values: ReadonlyMap<string, Json>): boolean => {
  const value = condition.on === undefined ? undefined : values.get(condition.on);
  const { condition: kind, value: wanted } = condition.conditional;
  switch (kind) {
    case 'equals':
      return holds(value, scalars(wanted));
    case 'in':
      return holds(value, scalars(wanted));
    case 'notEquals':
      return !holds(value, scalars(wanted));
    case 'notIn':
      return !holds(value, scalars(wanted));
    case 'exists':
      return (value !== undefined) === (wanted !== false);
    default:
      return kind satisfies never;
  }
};

/** The values that the condition names. */
export const scalars = (wanted: Scalar | readonly Scalar[] | undefined): readonly Scalar[] =>
  wanted === undefined ? [] : typeof wanted === 'object' ? wanted : [wanted];

// Of a list, one entry is enough: "shown when the tags include …".
const holds = (value: Json | undefined, wanted: readonly Scalar[]): boolean =>
  Array.isArray(value)
    ? value.some((entry) => wanted.includes(entry as Scalar))
    : value !== undefined && wanted.includes(value as Scalar);

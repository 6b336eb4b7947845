import type { EnumEntry, Scalar } from '@pao/documents';
import { isJsonObject, type Json, type JsonObject } from '@pao/kernel';
import type { Remarks } from '../remarks.ts';

export interface Choices {
  readonly entries: readonly EnumEntry[];
  /** The keywords they come from. */
  readonly used: readonly string[];
}

const isScalar = (value: Json | undefined): value is Scalar =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/** The values a schema names one by one: `enum` with `enumNames`, `const`, or `oneOf` of titled constants. */
export const choicesOf = (schema: JsonObject, at: string, remarks: Remarks): Choices | undefined => {
  if (Array.isArray(schema['enum'])) return fromEnum(schema, schema['enum'] as readonly Json[], at, remarks);
  if (isScalar(schema['const'])) return { entries: [schema['const']], used: ['const'] };
  for (const keyword of ['oneOf', 'anyOf']) {
    const list = schema[keyword];
    if (Array.isArray(list) && list.length > 0 && list.every(isTitledConstant)) {
      return { entries: (list as readonly JsonObject[]).map(titled), used: [keyword] };
    }
  }
  return undefined;
};

const fromEnum = (schema: JsonObject, values: readonly Json[], at: string, remarks: Remarks): Choices => {
  const names = labelsOf(schema);
  const entries: EnumEntry[] = [];
  const taken = new Set<Scalar>();
  for (const [index, value] of values.entries()) {
    if (!isScalar(value)) {
      remarks.leave(
        `${at}.enum[${index}]`,
        'a choice',
        'a choice is a text, a number or a boolean',
        'leave the field empty instead',
      );
    } else if (!taken.has(value)) {
      const label = names?.[index];
      entries.push(typeof label === 'string' && label !== '' && label !== value ? { value, label } : value);
      taken.add(value);
    }
  }
  return { entries, used: ['enum', 'enumNames', 'ui:enumNames'] };
};

const labelsOf = (schema: JsonObject): readonly Json[] | undefined => {
  const options = schema['ui:options'];
  const names =
    schema['enumNames'] ?? schema['ui:enumNames'] ?? (isJsonObject(options) ? options['enumNames'] : undefined);
  return Array.isArray(names) ? (names as readonly Json[]) : undefined;
};

const isTitledConstant = (entry: Json): boolean =>
  isJsonObject(entry) &&
  isScalar(entry['const']) &&
  Object.keys(entry).every((key) => ['const', 'title', 'description', 'type'].includes(key));

const titled = (entry: JsonObject): EnumEntry => {
  const value = entry['const'] as Scalar;
  const { title } = entry;
  return typeof title === 'string' && title !== '' && title !== value ? { value, label: title } : value;
};

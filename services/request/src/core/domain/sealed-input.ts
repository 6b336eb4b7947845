import { isJsonObject, type Json, type JsonObject } from '@pao/kernel';
import { MASK } from '@pao/templates';

/** What stands in a stored input in the place of a secret. No field of a form takes an object like it. */
export interface SealedValue extends JsonObject {
  readonly $sealed: string;
}

const isSealed = (value: Json | undefined): value is SealedValue =>
  isJsonObject(value) && typeof value['$sealed'] === 'string';

/** The value of a field: `name`, or `groupId.fieldId`. */
export const valueAt = (input: JsonObject, path: string): Json | undefined => {
  const [group = '', field] = path.split('.');
  const home = Object.hasOwn(input, group) ? input[group] : undefined;
  if (field === undefined) return home;
  return isJsonObject(home) && Object.hasOwn(home, field) ? home[field] : undefined;
};

/** The input with other values in these groups' fields. */
export const withValues = (input: JsonObject, values: ReadonlyMap<string, Json>): JsonObject => {
  if (values.size === 0) return input;
  const groups = Object.entries(input).map(([group, fields]): [string, Json] => {
    if (!isJsonObject(fields)) return [group, fields];
    const replaced = Object.entries(fields).map(([id, value]) => [id, values.get(`${group}.${id}`) ?? value]);
    return [group, Object.fromEntries(replaced) as JsonObject];
  });
  return Object.fromEntries(groups);
};

/** The sealed fields of a stored input. Secrets are fields of groups; the name never is one. */
export const sealedFields = (input: JsonObject): readonly (readonly [path: string, sealed: string])[] =>
  Object.entries(input).flatMap(([group, fields]) =>
    isJsonObject(fields)
      ? Object.entries(fields).flatMap(([id, value]) =>
          isSealed(value) ? [[`${group}.${id}`, value.$sealed] as const] : [],
        )
      : [],
  );

/** A stored input as people see it. */
export const coverSecrets = (input: JsonObject): JsonObject =>
  withValues(input, new Map(sealedFields(input).map(([path]) => [path, MASK])));

import { err, isJsonObject, type Json, type JsonObject, ok, type Result } from '@pao/kernel';
import type { CatalogDocument } from '../document.ts';
import { didYouMean } from '../near.ts';
import { isActive } from './condition.ts';
import { type FormDefinition, type FormField, formOf } from './definition.ts';
import type { FieldError } from './issue.ts';
import { checkValue } from './rules.ts';

export interface EvaluatedInput {
  /** `{ name, <groupId>: { <fieldId>: … } }` with defaults applied, without empty values and inactive branches. */
  readonly values: JsonObject;
  /** Paths, in `values`, of values that must be encrypted and masked. */
  readonly secretPaths: readonly string[];
  /** Paths of all fields of the form, whether they have a value or not: what `.current` may be asked for. */
  readonly declaredPaths: readonly string[];
}

/**
 * Judges what a user entered against a document's form: the one evaluator, in the browser, on the command line and on
 * the server. `null` and empty text count as left empty. Values of fields whose condition does not hold are dropped
 * unjudged; keys that the form does not have are errors.
 */
export const evaluateInput = (
  document: CatalogDocument,
  input: unknown,
): Result<EvaluatedInput, readonly FieldError[]> => {
  const form = formOf(document);
  if (!isJsonObject(input)) {
    return err([{ field: '', issue: 'must be an object', code: 'INPUT_NOT_AN_OBJECT' }]);
  }
  const errors: FieldError[] = unknownKeys(form, input);
  const { values, active } = settle(form, input);
  for (const field of form.fields) {
    if (!active.has(field.path)) continue;
    const value = values.get(field.path);
    const issue = value === undefined ? missing(field) : checkValue(value, field);
    if (issue !== undefined) errors.push({ field: field.path, code: issue[0], issue: issue[1] });
  }
  return errors.length > 0 ? err(errors) : ok(result(form, values));
};

const missing = (field: FormField): readonly ['REQUIRED', string] | undefined =>
  field.required ? ['REQUIRED', 'is required'] : undefined;

/** Values with defaults, and which fields take part; a condition looks at values that take part themselves. */
const settle = (form: FormDefinition, input: JsonObject) => {
  const values = new Map<string, Json>();
  const active = new Set<string>();
  const visit = (field: FormField, above: ReadonlySet<string>): void => {
    if (decided.has(field.path) || above.has(field.path)) return;
    const on = field.condition?.on === undefined ? undefined : form.byPath.get(field.condition.on);
    if (on !== undefined) visit(on, new Set([...above, field.path]));
    decided.add(field.path);
    if (
      field.condition !== undefined &&
      !(on !== undefined && active.has(on.path) && isActive(field.condition, values))
    ) {
      return;
    }
    active.add(field.path);
    const value = given(input, field) ?? field.field.default;
    if (value !== undefined) values.set(field.path, value);
  };
  const decided = new Set<string>();
  for (const field of form.fields) visit(field, new Set());
  return { values, active };
};

/** What was entered; undefined when the field was left empty. */
const given = (input: JsonObject, field: FormField): Json | undefined => {
  const home = field.group === undefined ? input : own(input, field.group.id);
  const value = isJsonObject(home) ? own(home, field.id) : undefined;
  return value === null || value === '' ? undefined : value;
};

const own = (object: JsonObject, key: string): Json | undefined =>
  Object.hasOwn(object, key) ? object[key] : undefined;

const unknownKeys = (form: FormDefinition, input: JsonObject): FieldError[] => {
  const errors: FieldError[] = [];
  const groups = new Map(form.groups.map((group) => [group.id, group]));
  for (const [key, value] of Object.entries(input)) {
    const group = groups.get(key);
    if (group === undefined) {
      if (key !== 'name') errors.push(unknownField(key, ['name', ...groups.keys()]));
    } else if (isJsonObject(value)) {
      const ids = group.fields.map((field) => field.id);
      const strangers = Object.keys(value).filter((id) => !ids.includes(id));
      errors.push(
        ...strangers.map((id) =>
          unknownField(
            `${key}.${id}`,
            ids.map((known) => `${key}.${known}`),
          ),
        ),
      );
    } else if (value !== null) {
      errors.push({ field: key, issue: 'must be an object', code: 'WRONG_TYPE' });
    }
  }
  return errors;
};

const unknownField = (field: string, known: readonly string[]): FieldError => {
  const hint = didYouMean(field, known);
  return {
    field,
    issue: `is not a field of this form${hint === undefined ? '' : ` (${hint})`}`,
    code: 'UNKNOWN_FIELD',
  };
};

const result = (form: FormDefinition, settled: ReadonlyMap<string, Json>): EvaluatedInput => {
  const values: { [key: string]: Json } = {};
  const secretPaths: string[] = [];
  for (const field of form.fields) {
    const value = settled.get(field.path);
    if (value === undefined) continue;
    if (field.type === 'password') secretPaths.push(field.path);
    if (field.group === undefined) values[field.id] = value;
    else values[field.group.id] = { ...(values[field.group.id] as JsonObject | undefined), [field.id]: value };
  }
  return { values, secretPaths, declaredPaths: form.fields.map((field) => field.path) };
};

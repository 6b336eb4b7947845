import type { CatalogDocument, Conditional, Field, FieldType, Form, Group, Scalar, Validation } from '../document.ts';

/** A field of a form with everything that is looked up again and again worked out. */
export interface FormField {
  /** `name`, or `groupId.fieldId`. */
  readonly path: string;
  readonly group?: Group;
  readonly id: string;
  readonly label: string;
  readonly type: FieldType;
  readonly required: boolean;
  readonly field: Omit<Field, 'id' | 'name' | 'type' | 'required'>;
  readonly validation: Validation;
  readonly options?: readonly Option[];
  readonly condition?: FormCondition;
}

export interface Option {
  readonly value: Scalar;
  readonly label: string;
}

export interface FormCondition {
  readonly conditional: Conditional;
  /** Path of the field it looks at; undefined when there is no such field, in a document with that error. */
  readonly on: string | undefined;
}

export interface FormDefinition {
  readonly form: Form;
  readonly fields: readonly FormField[];
  readonly byPath: ReadonlyMap<string, FormField>;
  readonly groups: readonly Group[];
}

const definitions = new WeakMap<Form, FormDefinition>();

/** The definition of a document's form, worked out on first use. */
export const formOf = (document: CatalogDocument): FormDefinition => definitionOf(document.input.form);

export const definitionOf = (form: Form): FormDefinition => {
  const known = definitions.get(form);
  if (known !== undefined) return known;
  const definition = define(form);
  definitions.set(form, definition);
  return definition;
};

const define = (form: Form): FormDefinition => {
  const groups = form.groups ?? [];
  const paths = groups.flatMap((group) => group.fields.map((field) => `${group.id}.${field.id}`));
  const known = new Set(['name', ...paths]);
  const fields = [
    nameField(form),
    ...groups.flatMap((group) => group.fields.map((field) => defineField(group, field, known))),
  ];
  return { form, groups, fields, byPath: new Map(fields.map((field) => [field.path, field])) };
};

const nameField = (form: Form): FormField => ({
  path: 'name',
  id: 'name',
  label: form.name,
  type: 'string',
  required: true,
  field: form,
  validation: form.validation ?? {},
});

const defineField = (group: Group, field: Field, known: ReadonlySet<string>): FormField => ({
  path: `${group.id}.${field.id}`,
  group,
  id: field.id,
  label: field.name,
  type: field.type,
  required: field.required ?? false,
  field,
  validation: field.validation ?? {},
  ...(field.enum === undefined ? {} : { options: field.enum.map(toOption) }),
  ...(field.conditional === undefined
    ? {}
    : {
        condition: { conditional: field.conditional, on: resolveField(field.conditional.dependsOn, group.id, known) },
      }),
});

const toOption = (entry: NonNullable<Field['enum']>[number]): Option =>
  typeof entry === 'object' ? entry : { value: entry, label: String(entry) };

/**
 * The path that `dependsOn` means: a full path, else a field of the same group, else `name`, else the only field of that
 * id in the form.
 */
const resolveField = (dependsOn: string, groupId: string, known: ReadonlySet<string>): string | undefined => {
  if (dependsOn.includes('.')) return known.has(dependsOn) ? dependsOn : undefined;
  if (known.has(`${groupId}.${dependsOn}`)) return `${groupId}.${dependsOn}`;
  if (dependsOn === 'name') return 'name';
  const elsewhere = [...known].filter((path) => path.endsWith(`.${dependsOn}`));
  return elsewhere.length === 1 ? elsewhere[0] : undefined;
};

import type { Json } from '@pao/kernel';
import type { FormDefinition, FormField } from './definition.ts';
import { componentOf, type FieldComponent } from './field-list.ts';

type UiSchema = { readonly [key: string]: Json };

const WIDGETS: { readonly [component in FieldComponent]?: UiSchema } = {
  textarea: { 'ui:widget': 'textarea' },
  checkbox: { 'ui:widget': 'checkbox' },
  select: { 'ui:widget': 'select' },
  multiselect: { 'ui:widget': 'select', 'ui:options': { multiple: true } },
  tags: { 'ui:field': 'tags' },
  date: { 'ui:widget': 'date' },
  email: { 'ui:widget': 'email' },
  password: { 'ui:widget': 'password' },
  file: { 'ui:field': 'file' },
};

/** Order and widgets of a form. `tags` and `file` are fields that the drawing side registers. */
export const uiSchemaOf = (form: FormDefinition): UiSchema => ({
  'ui:order': ['name', ...form.groups.map((group) => group.id)],
  ...Object.fromEntries(
    form.fields.filter((field) => field.group === undefined).map((field) => [field.id, uiOf(field)]),
  ),
  ...Object.fromEntries(form.groups.map((group) => [group.id, groupUi(form, group.id)])),
});

const groupUi = (form: FormDefinition, groupId: string): UiSchema => {
  const fields = form.fields.filter((field) => field.group?.id === groupId);
  return {
    // A field with a condition comes and goes; the wildcard keeps the order valid while it is away.
    'ui:order': [...fields.map((field) => field.id), '*'],
    ...Object.fromEntries(fields.map((field) => [field.id, uiOf(field)])),
  };
};

const uiOf = (field: FormField): UiSchema => {
  const { placeholder, description } = field.field;
  return {
    ...WIDGETS[componentOf(field)],
    ...(placeholder === undefined ? {} : { 'ui:placeholder': placeholder }),
    ...(description === undefined ? {} : { 'ui:help': description }),
  };
};

import type { Json } from '@pao/kernel';
import type { Conditional, FieldType, Validation } from '../document.ts';
import type { FormField, Option } from './definition.ts';

export type FieldComponent =
  | 'text'
  | 'textarea'
  | 'number'
  | 'checkbox'
  | 'select'
  | 'multiselect'
  | 'tags'
  | 'date'
  | 'email'
  | 'password'
  | 'file';

/** One row of the plain list of fields, for renderers that want no JSON Schema. */
export interface FormFieldEntry {
  readonly path: string;
  readonly id: string;
  readonly name: string;
  readonly type: FieldType;
  readonly component: FieldComponent;
  readonly required: boolean;
  readonly secret: boolean;
  readonly group?: { readonly id: string; readonly name: string };
  readonly default?: Json;
  readonly description?: string;
  readonly placeholder?: string;
  readonly options?: readonly Option[];
  readonly validation?: Validation;
  /** `dependsOn` as a full path. */
  readonly conditional?: Conditional;
}

const COMPONENTS: { readonly [type in FieldType]: FieldComponent } = {
  string: 'text',
  textarea: 'textarea',
  number: 'number',
  boolean: 'checkbox',
  select: 'select',
  multiselect: 'multiselect',
  date: 'date',
  email: 'email',
  password: 'password',
  file: 'file',
};

export const componentOf = (field: FormField): FieldComponent =>
  field.type === 'multiselect' && field.options === undefined ? 'tags' : COMPONENTS[field.type];

export const toEntry = (field: FormField): FormFieldEntry => {
  const { group, condition, options, validation } = field;
  const { default: fallback, description, placeholder } = field.field;
  return {
    path: field.path,
    id: field.id,
    name: field.label,
    type: field.type,
    component: componentOf(field),
    required: field.required,
    secret: field.type === 'password',
    ...(group === undefined ? {} : { group: { id: group.id, name: group.name } }),
    ...(fallback === undefined ? {} : { default: fallback }),
    ...(description === undefined ? {} : { description }),
    ...(placeholder === undefined ? {} : { placeholder }),
    ...(options === undefined ? {} : { options }),
    ...(Object.keys(validation).length === 0 ? {} : { validation }),
    ...(condition === undefined
      ? {}
      : { conditional: { ...condition.conditional, dependsOn: condition.on ?? condition.conditional.dependsOn } }),
  };
};

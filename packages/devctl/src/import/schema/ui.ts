import type { FieldType } from '@pao/documents';
import { isJsonObject, type Json, type JsonObject } from '@pao/kernel';
import { excerpt, type Remarks } from '../remarks.ts';

/** What a UI schema, written among the schema's own keywords, says of a field. */
export interface Interface {
  readonly type?: FieldType;
  readonly help?: Json;
  readonly placeholder?: Json;
  readonly used: readonly string[];
}

const WIDGETS: { readonly [widget: string]: FieldType | undefined } = {
  textarea: 'textarea',
  password: 'password',
  email: 'email',
  date: 'date',
  file: 'file',
};

// Ways to show what the type already says.
const NEUTRAL_WIDGETS = new Set(['text', 'select', 'radio', 'checkbox', 'checkboxes', 'updown', 'range', 'switch']);

// Look, not meaning.
const LOOK = ['ui:autofocus', 'ui:autocomplete', 'ui:order', 'ui:classNames', 'ui:backstage', 'ui:rows', 'ui:style'];
const LOOK_OPTIONS = new Set([
  'rows',
  'inputType',
  'label',
  'orderable',
  'inline',
  'enumNames',
  'showCount',
  'collapsed',
]);

export const interfaceOf = (schema: JsonObject, at: string, remarks: Remarks): Interface => {
  const options = isJsonObject(schema['ui:options']) ? schema['ui:options'] : {};
  const type = widgetOf(schema, options, at, remarks) ?? fieldTypeOf(schema, at, remarks);
  for (const [name, value] of Object.entries(options)) {
    if (LOOK_OPTIONS.has(name) || ['widget', 'placeholder', 'help', 'description'].includes(name)) continue;
    if (typeof schema['ui:field'] === 'string') continue;
    if (value !== false)
      remarks.leave(`${at}.ui:options.${name}`, name, 'the form has no such option', 'see whether it is needed');
  }
  const placeholder = schema['ui:placeholder'] ?? options['placeholder'];
  const help = schema['ui:help'] ?? options['help'] ?? schema['ui:description'] ?? options['description'];
  return {
    ...(type === undefined ? {} : { type }),
    ...(help === undefined ? {} : { help }),
    ...(placeholder === undefined ? {} : { placeholder }),
    used: [...LOOK, 'ui:widget', 'ui:field', 'ui:options', 'ui:placeholder', 'ui:help', 'ui:description'],
  };
};

const widgetOf = (schema: JsonObject, options: JsonObject, at: string, remarks: Remarks): FieldType | undefined => {
  const widget = schema['ui:widget'] ?? options['widget'];
  if (typeof widget !== 'string' || NEUTRAL_WIDGETS.has(widget)) return undefined;
  const type = Object.hasOwn(WIDGETS, widget) ? WIDGETS[widget] : undefined;
  if (type === undefined) {
    const what = `the widget ${excerpt(widget, 40)}`;
    remarks.leave(`${at}.ui:widget`, what, 'the form has no such widget', 'see whether the plain field will do');
  }
  return type;
};

// Pickers that only help to write a text, or whose value is a list of texts.
const PLAIN_FIELDS = new Set(['EntityNamePicker', 'EntityTagsPicker', 'MultiTextPicker']);

const fieldTypeOf = (schema: JsonObject, at: string, remarks: Remarks): FieldType | undefined => {
  const field = schema['ui:field'];
  if (typeof field !== 'string' || PLAIN_FIELDS.has(field)) return undefined;
  if (field === 'Secret') return 'password';
  const what = `the picker ${excerpt(field, 40)}`;
  remarks.leave(
    `${at}.ui:field`,
    what,
    'its choices come from Backstage; the field takes any text',
    'write an enum or a pattern',
  );
  return undefined;
};

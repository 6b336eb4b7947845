import type { FieldComponent, Scalar } from '@pao/documents';
import { attributes, escapeHtml } from './html.ts';
import type { PreviewField } from './preview.ts';

/** The control of a field as HTML, with its rules as attributes and its default filled in. */
export const inputOf = (field: PreviewField): string => INPUTS[field.component](field);

export const inputId = ({ path }: PreviewField): string => `field-${path}`;
export const helpId = ({ path }: PreviewField): string => `help-${path}`;

const common = (field: PreviewField): Parameters<typeof attributes>[0] => ({
  id: inputId(field),
  name: field.path,
  required: field.required && field.type !== 'boolean',
  placeholder: field.placeholder,
  'aria-describedby': helpId(field),
  // Not `pattern`: a browser would run it on an engine that a pattern can stall, and reads another dialect.
  'data-pattern': field.validation?.pattern,
});

const textual =
  (type: string, more: Parameters<typeof attributes>[0] = {}) =>
  (field: PreviewField) => {
    const { validation = {} } = field;
    const { minLength: minlength, maxLength: maxlength } = validation;
    const value = typeof field.default === 'string' ? field.default : undefined;
    return `<input${attributes({ type, ...common(field), minlength, maxlength, value, ...more })}>`;
  };

const textarea = (field: PreviewField): string => {
  const { minLength: minlength, maxLength: maxlength } = field.validation ?? {};
  return area(field, typeof field.default === 'string' ? field.default : '', { minlength, maxlength });
};

/** Free entries of a list, one a line. */
const tags = (field: PreviewField): string => {
  const entries = Array.isArray(field.default) ? field.default.map(String) : [];
  return area(field, entries.join('\n'), { 'data-list': true });
};

// A line break right after the tag is dropped by the parser, so one is given to it.
const area = (field: PreviewField, text: string, more: Parameters<typeof attributes>[0]): string =>
  `<textarea${attributes({ ...common(field), rows: 4, ...more })}>\n${escapeHtml(text)}</textarea>`;

const number = (field: PreviewField): string => {
  const { min, max, step, integer } = field.validation ?? {};
  const value = typeof field.default === 'number' ? field.default : undefined;
  const rules = { min, max, step: stepOf(min, step ?? (integer === true ? 1 : undefined)), value };
  return `<input${attributes({ type: 'number', ...common(field), ...rules })}>`;
};

/** Browsers count steps from `min`, the format from zero: the attribute is only right where both agree. */
const stepOf = (min: number | string | undefined, step: number | undefined): number | 'any' => {
  if (step === undefined) return 'any';
  const steps = Number(min ?? 0) / step;
  return Number.isInteger(steps) ? step : 'any';
};

const date = (field: PreviewField): string => {
  const { min, max } = field.validation ?? {};
  return textual('date', { min, max })(field);
};

const checkbox = (field: PreviewField): string =>
  `<input${attributes({ type: 'checkbox', ...common(field), checked: field.default === true })}>`;

const file = (field: PreviewField): string => {
  const accept = field.validation?.mediaTypes?.join(',');
  return `<input${attributes({ type: 'file', ...common(field), accept })}>`;
};

const select = (field: PreviewField): string => {
  const { options = [] } = field;
  const chosen = Array.isArray(field.default) ? field.default : [field.default];
  const multiple = field.component === 'multiselect';
  const size = multiple ? Math.min(8, Math.max(2, options.length)) : undefined;
  const empty = multiple ? '' : '<option value="">Choose…</option>';
  const choices = options.map(({ value, label }) => option(value, label, chosen.includes(value)));
  return `<select${attributes({ ...common(field), multiple, size })}>${empty}${choices.join('')}</select>`;
};

// The typed value stands beside the text: "1" and 1 are two values.
const option = (value: Scalar, label: string, selected: boolean): string =>
  `<option${attributes({ value: String(value), 'data-json': JSON.stringify(value), selected })}>${escapeHtml(label)}</option>`;

const INPUTS: { readonly [component in FieldComponent]: (field: PreviewField) => string } = {
  text: textual('text'),
  textarea,
  number,
  checkbox,
  select,
  multiselect: select,
  tags,
  date,
  email: textual('email'),
  password: textual('password', { autocomplete: 'new-password', value: undefined }),
  file,
};

import type { FormFieldEntry, Scalar, Validation } from '@pao/documents';
import type { Json } from '@pao/kernel';

/** What a field accepts beyond its type, a phrase each: `20 to 1000`, `at most 500 characters`. */
export const limitsInWords = ({ type, validation = {} }: FormFieldEntry): readonly string[] =>
  [
    range(validation.minLength, validation.maxLength, 'characters', 'character'),
    range(validation.minItems, validation.maxItems, 'entries', 'entry'),
    type === 'date' ? dates(validation) : range(validation.min, validation.max),
    validation.integer === true ? 'a whole number' : undefined,
    validation.step === undefined ? undefined : `a multiple of ${validation.step}`,
    validation.maxSize === undefined ? undefined : `at most ${size(validation.maxSize)}`,
    validation.mediaTypes === undefined ? undefined : validation.mediaTypes.join(' or '),
    validation.message === undefined ? undefined : validation.message,
    validation.pattern === undefined ? undefined : `matches ${validation.pattern}`,
  ].filter((phrase) => phrase !== undefined);

type Bound = number | string | undefined;

const range = (min: Bound, max: Bound, units = '', unit = ''): string | undefined => {
  const of = (bound: Bound): string => `${bound} ${bound === 1 ? unit : units}`.trimEnd();
  if (min !== undefined && max !== undefined) return min === max ? `exactly ${of(min)}` : `${min} to ${of(max)}`;
  if (min !== undefined) return `at least ${of(min)}`;
  return max === undefined ? undefined : `at most ${of(max)}`;
};

const dates = ({ min, max }: Validation): string | undefined => {
  if (min !== undefined && max !== undefined) return `from ${min} to ${max}`;
  if (min !== undefined) return `from ${min} on`;
  return max === undefined ? undefined : `until ${max}`;
};

const size = (bytes: number | string): string => (typeof bytes === 'number' ? `${bytes} bytes` : bytes);

/** `Environment is Production`; undefined for a field that is always shown. `label` says how a field is called. */
export const conditionInWords = (
  { conditional }: FormFieldEntry,
  fields: readonly FormFieldEntry[],
  label: (field: FormFieldEntry) => string = ({ name }) => name,
): string | undefined => {
  if (conditional === undefined) return undefined;
  const on = fields.find(({ path }) => path === conditional.dependsOn);
  const { condition, value } = conditional;
  const wanted = value === undefined ? [] : typeof value === 'object' ? value : [value];
  const listed = wanted.map((one) => optionLabel(one, on)).join(', ');
  const subject = on === undefined ? conditional.dependsOn : label(on);
  const several = wanted.length > 1;
  const is = on?.type === 'multiselect' ? 'includes' : 'is';
  switch (condition) {
    case 'exists':
      return `${subject} is ${value === false ? 'left empty' : 'given'}`;
    case 'equals':
    case 'in':
      return `${subject} ${is} ${several ? `one of ${listed}` : listed}`;
    case 'notEquals':
    case 'notIn':
      return `${subject} ${is} ${several ? `none of ${listed}` : `not ${listed}`}`;
    default:
      return condition satisfies never;
  }
};

const optionLabel = (value: Scalar, field: FormFieldEntry | undefined): string =>
  field?.options?.find((option) => option.value === value)?.label ?? valueInWords(value);

/** A value as one reads it: `yes`, `dev, prod`, JSON for what has no better form. */
export const valueInWords = (value: Json): string => {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value) && value.every((entry) => typeof entry !== 'object')) return value.map(String).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

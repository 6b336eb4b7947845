import type { FieldType, Validation } from '@pao/documents';
import type { JsonObject } from '@pao/kernel';
import type { Remarks } from '../remarks.ts';

interface Rules {
  readonly validation: Validation;
  readonly used: readonly string[];
}

type Keys = readonly (readonly [keyword: string, key: keyof Validation])[];

const LENGTHS: Keys = [
  ['minLength', 'minLength'],
  ['maxLength', 'maxLength'],
];

/** Which keywords mean what, by the type of the field. */
const KEYWORDS: { readonly [type in FieldType]?: Keys } = {
  string: [['pattern', 'pattern'], ...LENGTHS],
  password: [['pattern', 'pattern'], ...LENGTHS],
  textarea: LENGTHS,
  email: [['pattern', 'pattern']],
  number: [
    ['minimum', 'min'],
    ['maximum', 'max'],
    ['multipleOf', 'step'],
  ],
  multiselect: [
    ['minItems', 'minItems'],
    ['maxItems', 'maxItems'],
  ],
};

/** The rules a field takes over from its schema. */
export const validationOf = (type: FieldType, schema: JsonObject, at: string, remarks: Remarks): Rules => {
  const validation: { [key: string]: unknown } = {};
  const used: string[] = [];
  for (const [keyword, key] of KEYWORDS[type] ?? []) {
    const value = schema[keyword];
    if (typeof value !== (keyword === 'pattern' ? 'string' : 'number')) continue;
    validation[key] = value;
    used.push(keyword);
  }
  if (type === 'number') used.push(...exclusiveBounds(schema, validation, at, remarks));
  const errorMessage = schema['errorMessage'];
  if (typeof errorMessage === 'string' && Object.keys(validation).length > 0) {
    validation['message'] = errorMessage;
    used.push('errorMessage');
  }
  return { validation, used };
};

/** For whole numbers, more than 5 is at least 6; for others the form has no such rule. */
const exclusiveBounds = (
  schema: JsonObject,
  validation: { [key: string]: unknown },
  at: string,
  remarks: Remarks,
): readonly string[] => {
  const used: string[] = [];
  for (const [keyword, key, step] of [
    ['exclusiveMinimum', 'min', 1],
    ['exclusiveMaximum', 'max', -1],
  ] as const) {
    const bound = schema[keyword];
    if (typeof bound !== 'number') continue;
    used.push(keyword);
    const inclusive = Number.isInteger(bound) ? bound + step : step > 0 ? Math.ceil(bound) : Math.floor(bound);
    const other = validation[key];
    if (schema['type'] !== 'integer') {
      remarks.leave(
        `${at}.${keyword}`,
        keyword,
        'a limit of the form is itself allowed',
        'write min or max as it should be',
      );
    } else if (typeof other !== 'number' || (inclusive - other) * step > 0) {
      validation[key] = inclusive;
    }
  }
  return used;
};

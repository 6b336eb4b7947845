import type { FieldType, Validation } from '@pao/documents';
import type { Json, JsonObject } from '@pao/kernel';
import { isConstant } from '../names.ts';
import { own, ownText } from '../read.ts';
import { excerpt, type Remarks } from '../remarks.ts';
import { type Rule, rulesOf } from './conditions.ts';

/** A variable, or an attribute of one, and where it stands. */
export interface VariablePlace {
  readonly name: string;
  readonly at: string;
  readonly block: JsonObject;
}

export interface Validations {
  readonly validation: Validation;
  readonly choices?: readonly (string | number | boolean)[];
}

/** The rules of a variable's `validation` blocks that its field can have; the others are listed. */
export const validationsOf = ({ name, at, block }: VariablePlace, type: FieldType, remarks: Remarks): Validations => {
  const given = own(block, 'validation') ?? [];
  const blocks = Array.isArray(given) ? (given as readonly Json[]) : [given];
  const found: Found = { validation: {} };
  for (const [index, inner] of blocks.entries()) {
    const condition = ownText(inner, 'condition') ?? '';
    const rules = rulesOf(condition, name)?.map((rule) => (type === 'multiselect' ? ofItems(rule) : rule));
    if (rules?.every((rule) => canHave(type, rule, found)) !== true) {
      const what = excerpt(condition, 120);
      remarks.leave(
        `${at}.validation[${index}]`,
        what,
        'the form has no such rule',
        'nothing: Terraform checks it, though later',
      );
      continue;
    }
    for (const rule of rules) take(rule, found);
    const message = ownText(inner, 'error_message')?.trim();
    if (blocks.length === 1 && message !== undefined && isConstant(message) && !message.includes('${')) {
      found.validation['message'] = message;
    }
  }
  return found;
};

interface Found {
  readonly validation: { [rule: string]: string | number };
  choices?: readonly (string | number | boolean)[];
}

const take = ({ validation = {}, choices }: Rule, found: Found): void => {
  Object.assign(found.validation, validation);
  if (choices !== undefined) found.choices = [...new Set(choices)];
};

const KEYS: { readonly [type in FieldType]?: readonly string[] } = {
  string: ['pattern', 'minLength', 'maxLength'],
  password: ['pattern', 'minLength', 'maxLength'],
  number: ['min', 'max'],
  multiselect: ['minItems', 'maxItems'],
};

/** The length of a list is the number of its entries. */
const ofItems = ({ validation = {}, ...rest }: Rule): Rule => {
  const { minLength, maxLength, ...others } = validation;
  return {
    ...rest,
    validation: {
      ...others,
      ...(minLength === undefined ? {} : { minItems: minLength }),
      ...(maxLength === undefined ? {} : { maxItems: maxLength }),
    },
  };
};

/** The field has such rules, and none of the same kind yet. */
const canHave = (type: FieldType, { validation = {}, choices }: Rule, found: Found): boolean => {
  if (choices !== undefined) return found.choices === undefined && (type === 'string' || type === 'number');
  return Object.keys(validation).every(
    (key) => KEYS[type]?.includes(key) === true && !Object.hasOwn(found.validation, key),
  );
};

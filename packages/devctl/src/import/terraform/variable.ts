import type { FieldType } from '@pao/documents';
import { isJsonObject, type Json, type JsonObject } from '@pao/kernel';
import type { DraftField } from '../draft.ts';
import { isConstant, toLabel } from '../names.ts';
import { own, ownText } from '../read.ts';
import type { Remarks } from '../remarks.ts';
import { literalOf, parseType, type TerraformType } from './types.ts';
import { type VariablePlace, validationsOf } from './validations.ts';

export type VariableField = Omit<DraftField, 'id'>;

/** A variable as one field, or as the fields of an object; undefined, and listed, where a form has nothing like it. */
export type Variable =
  | { readonly kind: 'field'; readonly field: VariableField }
  | {
      readonly kind: 'object';
      readonly name: string;
      readonly fields: readonly (readonly [string, VariableField])[];
      readonly description?: string;
    };

const KNOWN = new Set(['type', 'default', 'description', 'sensitive', 'nullable', 'validation', 'ephemeral']);

export const hasDefault = (block: JsonObject): boolean => Object.hasOwn(block, 'default');

export const convertVariable = (name: string, block: JsonObject, remarks: Remarks): Variable | undefined => {
  const at = `variable.${name}`;
  for (const key of Object.keys(block)) {
    if (!KNOWN.has(key)) remarks.leave(`${at}.${key}`, key, 'a field has nothing like it', 'see whether it is needed');
  }
  const type = typeOf(block, at, remarks);
  if (type === undefined) return undefined;
  if (type.kind === 'object') return objectOf(name, block, type, remarks);
  const field = primitiveOf({ name, at, block }, type, remarks);
  return field === undefined ? undefined : { kind: 'field', field };
};

const typeOf = (block: JsonObject, at: string, remarks: Remarks): TerraformType | undefined => {
  const text = ownText(block, 'type');
  if (text === undefined) return inferred(block, at, remarks);
  const parsed = parseType(text);
  if (parsed.ok) return parsed.value;
  remarks.leave(at, 'the whole variable', parsed.error, 'add a field by hand');
  return undefined;
};

/** Without a type a variable takes anything; its default shows what is meant. */
const inferred = (block: JsonObject, at: string, remarks: Remarks): TerraformType | undefined => {
  const value = block['default'];
  if (typeof value === 'string' && isConstant(value)) return { kind: 'string' };
  if (typeof value === 'number') return { kind: 'number' };
  if (typeof value === 'boolean') return { kind: 'bool' };
  remarks.leave(at, 'the whole variable', 'it has no type', 'give the variable a type, or add a field by hand');
  return undefined;
};

const primitiveOf = (
  { name, at, block }: VariablePlace,
  type: TerraformType,
  remarks: Remarks,
): VariableField | undefined => {
  const sensitive = own(block, 'sensitive') === true || own(block, 'ephemeral') === true;
  const fieldType = fieldTypeOf(type, sensitive);
  if (fieldType === undefined) {
    const why = sensitive ? 'a secret of the form is a text' : `a form has no field for ${kindOf(type)}`;
    remarks.leave(
      at,
      'the whole variable',
      why,
      hasDefault(block) ? 'nothing, if the default of the module will do' : 'give it a value under `variables`',
    );
    return undefined;
  }
  const rules = validationsOf({ name, at, block }, fieldType, remarks);
  const fallback = defaultOf(block, at, fieldType, remarks);
  const entries = rules.choices;
  return {
    name: toLabel(name),
    type: entries === undefined ? fieldType : 'select',
    ...(hasDefault(block) ? {} : { required: true }),
    ...(fallback === undefined ? {} : { default: fallback }),
    ...describe(block, at, remarks),
    ...(entries === undefined ? {} : { enum: entries }),
    ...(entries !== undefined || Object.keys(rules.validation).length === 0 ? {} : { validation: rules.validation }),
    origin: at,
  };
};

const kindOf = (type: TerraformType): string => ('of' in type ? `${type.kind} of ${type.of.kind}` : type.kind);

const fieldTypeOf = (type: TerraformType, sensitive: boolean): FieldType | undefined => {
  if (type.kind === 'string') return sensitive ? 'password' : 'string';
  if (sensitive) return undefined;
  if (type.kind === 'number') return 'number';
  if (type.kind === 'bool') return 'boolean';
  return (type.kind === 'list' || type.kind === 'set') && type.of.kind === 'string' ? 'multiselect' : undefined;
};

const describe = (block: JsonObject, at: string, remarks: Remarks): { readonly description?: string } => {
  const description = ownText(block, 'description')?.trim();
  if (description === undefined) return {};
  if (isConstant(description)) return { description };
  remarks.leave(
    `${at}.description`,
    'the description',
    'the form is constant; variables are not filled in there',
    'write it',
  );
  return {};
};

const isExpression = (value: Json): boolean => typeof value === 'string' && value.includes('${');

const defaultOf = (block: JsonObject, at: string, type: FieldType, remarks: Remarks): Json | undefined => {
  const { default: value } = block;
  if (value === undefined || value === null || value === '') return undefined;
  if (type === 'password') {
    remarks.leave(
      `${at}.default`,
      'the default',
      'the default of a secret could be read by everybody',
      'make the field required: left empty, the module is given null',
    );
    return undefined;
  }
  if (!isExpression(value) && !isJsonObject(value) && !(Array.isArray(value) && value.some(isExpression))) return value;
  remarks.leave(`${at}.default`, 'the default', 'it is no constant', 'write the default');
  return undefined;
};

type ObjectType = Extract<TerraformType, { kind: 'object' }>;

const objectOf = (name: string, block: JsonObject, type: ObjectType, remarks: Remarks): Variable | undefined => {
  const at = `variable.${name}`;
  const todo = hasDefault(block)
    ? 'nothing, if the default of the module will do'
    : 'give it a value under `variables`';
  if (own(block, 'sensitive') === true || own(block, 'ephemeral') === true) {
    remarks.leave(at, 'the whole variable', 'a secret of the form is a text', todo);
    return undefined;
  }
  // Left empty, a group still sends an object, where the module counts on null or on a default of several parts.
  if (hasDefault(block)) {
    remarks.leave(at, 'the whole variable', 'an object with a default cannot be left out as a whole', todo);
    return undefined;
  }
  if (own(block, 'validation') !== undefined) {
    remarks.leave(
      `${at}.validation`,
      'the rules of the object',
      'a rule is that of one field',
      'nothing: Terraform checks it, though later',
    );
  }
  const fields: (readonly [string, VariableField])[] = [];
  for (const attribute of type.attributes) {
    const place = `${at}.type.${attribute.name}`;
    const fallback = attribute.fallback === undefined ? undefined : literalOf(attribute.fallback);
    const inner: JsonObject = attribute.optional ? { default: fallback ?? null } : {};
    const field = primitiveOf({ name: attribute.name, at: place, block: inner }, attribute.type, remarks);
    if (field === undefined && !attribute.optional) {
      remarks.leave(at, 'the whole variable', `its attribute ${attribute.name} has no field`, todo);
      return undefined;
    }
    if (
      attribute.fallback !== undefined &&
      attribute.fallback !== 'null' &&
      fallback === undefined &&
      field !== undefined
    ) {
      remarks.leave(
        place,
        'the whole attribute',
        'its default is no constant',
        'nothing, if the default of the module will do',
      );
      continue;
    }
    if (field !== undefined) fields.push([attribute.name, field]);
  }
  const description = describe(block, at, remarks);
  return fields.length === 0 ? undefined : { kind: 'object', name: toLabel(name), fields, ...description };
};

import type { FieldType, Validation } from '@pao/documents';
import { isJsonObject, type Json, type JsonObject } from '@pao/kernel';
import type { DraftField } from '../draft.ts';
import { isConstant, toLabel } from '../names.ts';
import { ownText } from '../read.ts';
import { excerpt, type Remarks } from '../remarks.ts';
import { choicesOf } from './choices.ts';
import { type Located, locate, type SchemaContext } from './context.ts';
import { listUnused } from './keywords.ts';
import { validationOf } from './rules.ts';
import { interfaceOf } from './ui.ts';

/** The field of one property; undefined, and listed, where the form has nothing like it. */
export const fieldOf = (
  name: string,
  { schema, at }: Located,
  context: SchemaContext,
): Omit<DraftField, 'id' | 'required'> | undefined => {
  const { remarks } = context;
  const ui = interfaceOf(schema, at, remarks);
  const shape = shapeOf(schema, at, context);
  if (shape === undefined) return undefined;
  const type = ui.type !== undefined && TEXTS.has(shape.type) ? ui.type : shape.type;
  const rules = validationOf(type, schema, at, remarks);
  const validation: Validation = { ...rules.validation, ...shape.validation };
  const { entries } = shape;
  // The first example shows in the empty field; a form shows no others.
  const [example, ...others] = Array.isArray(schema['examples']) ? (schema['examples'] as readonly Json[]) : [];
  const shown = typeof example === 'string' && others.length === 0 && ui.placeholder === undefined;
  listUnused(
    schema,
    at,
    ['default', ...(shown ? ['examples'] : []), ...ui.used, ...shape.used, ...rules.used],
    remarks,
  );
  return {
    name: labelOf(schema, name, at, remarks),
    type,
    ...defaultOf(schema, at, remarks),
    ...textOf('description', [schema['description'], ui.help], at, remarks),
    ...textOf('placeholder', [ui.placeholder ?? example], at, remarks),
    ...(entries === undefined ? {} : { enum: entries }),
    ...(Object.keys(validation).length === 0 ? {} : { validation }),
    origin: at,
  };
};

const TEXTS: ReadonlySet<FieldType> = new Set(['string', 'textarea', 'email']);

interface Shape {
  readonly type: FieldType;
  readonly entries?: NonNullable<DraftField['enum']>;
  readonly validation?: Validation;
  readonly used: readonly string[];
}

const shapeOf = (schema: JsonObject, at: string, context: SchemaContext): Shape | undefined => {
  const type = typeOf(schema, at, context.remarks);
  if (type === 'array') return listShape(schema, at, context);
  const choices = type === 'boolean' ? undefined : choicesOf(schema, at, context.remarks);
  if (choices !== undefined && choices.entries.length > 0) {
    return { type: 'select', entries: choices.entries, used: [...choices.used, 'format'] };
  }
  if (type === 'string')
    return { type: textType(schema), used: FORMATS.has(ownText(schema, 'format') ?? '') ? ['format'] : [] };
  if (type === 'integer') return { type: 'number', validation: { integer: true }, used: [] };
  if (type === 'number' || type === 'boolean') return { type, used: [] };
  const why =
    type === undefined
      ? 'it does not say which type a value has'
      : `a field cannot hold a value of type ${excerpt(type, 40)}`;
  context.remarks.leave(at, 'the whole field', why, 'ask for it with fields that the form has');
  return undefined;
};

const listShape = (schema: JsonObject, at: string, context: SchemaContext): Shape | undefined => {
  const items = locate(schema['items'] ?? {}, `${at}.items`, context);
  if (items === undefined) return undefined;
  const choices = choicesOf(items.schema, items.at, context.remarks);
  const texts = choices === undefined && items.schema['type'] === 'string';
  if ((choices === undefined || choices.entries.length === 0) && !texts) {
    context.remarks.leave(
      at,
      'the whole field',
      'a list holds texts, or choices',
      'ask for it with fields that the form has',
    );
    return undefined;
  }
  listUnused(items.schema, items.at, ['default', ...(choices?.used ?? [])], context.remarks);
  const entries = choices === undefined ? {} : { entries: choices.entries };
  // A list of the form never holds the same entry twice.
  return { type: 'multiselect', ...entries, used: ['items', 'uniqueItems'] };
};

const typeOf = (schema: JsonObject, at: string, remarks: Remarks): string | undefined => {
  const { type } = schema;
  if (typeof type === 'string') return type;
  if (Array.isArray(type)) {
    const names = type.filter((name) => name !== 'null');
    if (names.length === 1 && typeof names[0] === 'string') return names[0];
    remarks.leave(`${at}.type`, `the types ${excerpt(type.join(', '), 60)}`, 'a field has one type', 'choose one');
    return undefined;
  }
  const [first] = Array.isArray(schema['enum']) ? schema['enum'] : [schema['const']];
  return typeof first === 'string' || typeof first === 'number' ? typeof first : undefined;
};

const FORMATS = new Set(['date', 'email', 'idn-email', 'data-url', 'password']);

const textType = ({ format }: JsonObject): FieldType => {
  if (format === 'date') return 'date';
  if (format === 'email' || format === 'idn-email') return 'email';
  if (format === 'password') return 'password';
  return format === 'data-url' ? 'file' : 'string';
};

const labelOf = (schema: JsonObject, name: string, at: string, remarks: Remarks): string => {
  const { title } = schema;
  if (typeof title !== 'string' || title.trim() === '') return toLabel(name);
  if (isConstant(title)) return excerpt(title);
  remarks.leave(`${at}.title`, 'the label', 'the form is constant; variables are not filled in there', 'write a label');
  return toLabel(name);
};

const textOf = <K extends 'description' | 'placeholder'>(
  key: K,
  texts: readonly (Json | undefined)[],
  at: string,
  remarks: Remarks,
): { readonly [key in K]?: string } => {
  const text = texts
    .flatMap((part) => (typeof part === 'string' && part.trim() !== '' ? [part] : []))
    .join('\n')
    .trim();
  if (text === '') return {};
  if (isConstant(text)) return { [key]: text } as { [key in K]?: string };
  remarks.leave(at, `the ${key}`, 'the form is constant; variables are not filled in there', `write the ${key}`);
  return {};
};

const defaultOf = (schema: JsonObject, at: string, remarks: Remarks): { readonly default?: Json } => {
  const { default: value } = schema;
  if (value === undefined || value === null || value === '') return {};
  if (!isJsonObject(value)) return { default: value };
  remarks.leave(`${at}.default`, 'the default', 'a default is a value of one field', 'write the default of each field');
  return {};
};

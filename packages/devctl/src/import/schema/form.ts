import { isJsonObject, type Json } from '@pao/kernel';
import type { DraftConditional, DraftField, DraftGroup, FieldReference, NameField } from '../draft.ts';
import { claim, isConstant, toCamelCase, toLabel } from '../names.ts';
import { excerpt } from '../remarks.ts';
import { BRANCHING, branchesOf } from './branches.ts';
import { type Located, locate, type SchemaContext } from './context.ts';
import { fieldOf } from './field.ts';
import { listUnused } from './keywords.ts';

/** An object schema that becomes a group of the form. */
export interface Page {
  readonly located: Located;
  readonly id: string;
  readonly title: string;
}

export interface SchemaForm {
  readonly name?: NameField;
  readonly groups: DraftGroup[];
}

interface Builder {
  readonly context: SchemaContext;
  readonly groupIds: Set<string>;
  readonly groups: DraftGroup[];
  name?: NameField;
}

/** A group that is being filled. */
interface Section {
  readonly group: DraftGroup;
  readonly fieldIds: Set<string>;
  /** Of the properties, as the source addresses them: empty, or `database.`. */
  readonly prefix: string;
}

interface Property {
  readonly key: string;
  readonly schema: Json;
  readonly at: string;
  readonly required: boolean;
  readonly conditional?: DraftConditional;
}

/** The form of one or several pages. Objects within a page become groups of their own; deeper ones are listed. */
export const formOf = (pages: readonly Page[], context: SchemaContext): SchemaForm => {
  const builder: Builder = { context, groupIds: new Set(['name']), groups: [] };
  for (const page of pages) addSection(builder, page, '');
  return builder.name === undefined ? { groups: builder.groups } : { name: builder.name, groups: builder.groups };
};

const addSection = (builder: Builder, { located, id, title }: Page, prefix: string): void => {
  const { schema, at } = located;
  const { context } = builder;
  const { description } = schema;
  const group: DraftGroup = {
    id: claim(toCamelCase(id, 'group'), builder.groupIds),
    name: excerpt(title, 120),
    fields: [],
    origin: at,
  };
  // The root's own is that of the item.
  if (typeof description === 'string' && description !== '' && at !== '$') group.description = description;
  builder.groups.push(group);
  const section: Section = { group, fieldIds: new Set(), prefix };
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
  for (const [key, inner] of Object.entries(properties)) {
    addProperty(builder, section, {
      key,
      schema: inner,
      at: `${at}.properties.${key}`,
      required: required.includes(key),
    });
  }
  for (const { on, condition, ...branch } of branchesOf(located, context)) {
    const target = context.references.get(`${prefix}${on}`);
    if (target === undefined) {
      context.remarks.leave(
        branch.at,
        branch.key,
        `it depends on ${on}, which the form does not have`,
        'add the field by hand',
      );
    } else if (Object.hasOwn(properties, branch.key)) {
      context.remarks.leave(
        branch.at,
        `other rules for ${branch.key}`,
        'a field has the same rules always',
        'see to it when the request is handled',
      );
    } else {
      addProperty(builder, section, { ...branch, conditional: { dependsOn: target.path, ...condition } });
    }
  }
  listMissing(required, properties, at, context);
  listUnused(schema, at, ['properties', 'required', ...BRANCHING, ...PAGE_KEYWORDS], context.remarks);
};

// The order of the fields is that of the properties.
const PAGE_KEYWORDS = ['ui:order'];

const listMissing = (required: readonly Json[], properties: object, at: string, context: SchemaContext): void => {
  for (const key of required) {
    if (typeof key === 'string' && Object.hasOwn(properties, key)) continue;
    context.remarks.leave(
      `${at}.required`,
      typeof key === 'string' ? excerpt(key, 60) : 'what is no name',
      'no property of that name is described',
      'add the field by hand',
    );
  }
};

const addProperty = (builder: Builder, section: Section, property: Property): void => {
  const { context } = builder;
  const located = locate(property.schema, property.at, context);
  if (located === undefined) return;
  if (located.schema['type'] === 'object' || isJsonObject(located.schema['properties'])) {
    addNested(builder, section, property, located);
    return;
  }
  const field = fieldOf(property.key, located, context);
  if (field === undefined) return;
  if (section.prefix === '' && property.key === 'name' && field.type === 'string' && builder.name === undefined) {
    takeName(builder, field, property);
    return;
  }
  const id = claim(toCamelCase(property.key), section.fieldIds);
  if (id !== property.key)
    context.remarks.change(property.at, `${property.key} is called ${id}`, 'ids are camelCase, and unique in a group');
  const { conditional } = property;
  section.group.fields.push({
    id,
    ...field,
    ...(property.required ? { required: true } : {}),
    ...(conditional === undefined ? {} : { conditional }),
  });
  refer(context, `${section.prefix}${property.key}`, { path: `${section.group.id}.${id}`, type: field.type });
};

const refer = (context: SchemaContext, key: string, reference: FieldReference): void => {
  if (!context.references.has(key)) context.references.set(key, reference);
};

/** Every document asks for a name; the source's own one becomes it. */
const takeName = (builder: Builder, field: Omit<DraftField, 'id' | 'required'>, property: Property): void => {
  const { remarks, references } = builder.context;
  const { name: label, description, placeholder, validation = {}, default: fallback, origin } = field;
  builder.name = {
    label,
    ...(description === undefined ? {} : { description }),
    ...(placeholder === undefined ? {} : { placeholder }),
    validation,
    origin,
  };
  references.set('name', { path: 'name', type: 'string' });
  if (!property.required) remarks.change(property.at, 'name is required', 'every document has a required name');
  if (fallback !== undefined)
    remarks.leave(
      property.at,
      'the default of the name',
      'a name is chosen anew for every request',
      'nothing, or make it the placeholder',
    );
  if (property.conditional !== undefined)
    remarks.leave(
      property.at,
      'the condition of the name',
      'every document has a required name',
      'add a field of another id',
    );
  if (validation.pattern === undefined) {
    remarks.change(
      property.at,
      'the name has a pattern',
      'every name has one; this one takes any text',
      'write the pattern that fits',
    );
  }
};

const addNested = (builder: Builder, section: Section, property: Property, located: Located): void => {
  const { remarks } = builder.context;
  const leave = (why: string, todo: string): void => remarks.leave(property.at, 'the whole object', why, todo);
  if (section.prefix !== '')
    return leave('a form has groups, and no groups within groups', 'add its fields to a group by hand');
  if (property.conditional !== undefined)
    return leave('a condition is that of a field, not of a group', 'add its fields with `conditional` by hand');
  if (!isJsonObject(located.schema['properties']))
    return leave('it does not say which properties it has', 'add the fields by hand');
  const { title } = located.schema;
  const named = typeof title === 'string' && title.trim() !== '' && isConstant(title);
  if (!property.required && hasRequired(located)) {
    remarks.change(
      property.at,
      'its required fields are required always',
      'a group cannot be left out as a whole',
      'take `required` away where it is too much',
    );
  }
  return addSection(
    builder,
    { located, id: property.key, title: named ? title : toLabel(property.key) },
    `${property.key}.`,
  );
};

const hasRequired = ({ schema }: Located): boolean =>
  Array.isArray(schema['required']) && schema['required'].length > 0;

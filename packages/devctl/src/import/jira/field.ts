import type { EnumEntry, FieldType, Validation } from '@pao/documents';
import { type Json, type JsonObject } from '@pao/kernel';
import type { DraftField, NameField } from '../draft.ts';
import { isConstant, toLabel } from '../names.ts';
import { own, ownText } from '../read.ts';
import { excerpt, type Remarks } from '../remarks.ts';

/** Where an answer goes: a member of the ticket, or only the ticket's text. */
type Place = 'priority' | 'text' | ((template: string) => Json);

export type JiraField =
  | { readonly name: NameField }
  | { readonly field: Omit<DraftField, 'id'>; readonly target: Place };

// What the ticket has by itself, and what only Jira fills in.
const SILENT = new Set(['project', 'issuetype']);

const REFUSED: { readonly [type: string]: readonly [why: string, todo: string] | undefined } = {
  user: ['people of Jira are not known to the form', 'set the account id in customFields, or leave it to Jira'],
  group: ['groups of Jira are not known to the form', 'set it in customFields, or leave it to Jira'],
  attachment: ['files are not attached to a ticket when it is made', 'ask for a link instead'],
  issuelinks: ['other tickets are not known to the form', 'link it in Jira'],
  issuelink: ['other tickets are not known to the form', 'set epicKey, or link it in Jira'],
  timetracking: ['it is planned in Jira', 'set it in Jira'],
  'option-with-child': [
    'a choice within a choice is no field of a form',
    'ask with two selects, the second with `conditional`',
  ],
};

/** One field of create-metadata; undefined where the form has nothing like it (and that is listed). */
export const convertField = (
  key: string,
  field: JsonObject,
  origin: string,
  remarks: Remarks,
): JiraField | 'silent' | undefined => {
  if (SILENT.has(key)) return 'silent';
  if (key === 'summary') return { name: nameOf(field, origin) };
  const schema = own(field, 'schema');
  const type = ownText(schema, 'type') ?? '';
  const items = type === 'array' ? (ownText(schema, 'items') ?? '') : '';
  const custom = (ownText(schema, 'custom') ?? '').split(':').at(-1) ?? '';
  const refused = REFUSED[items === '' ? type : items];
  if (refused !== undefined && Object.hasOwn(REFUSED, items === '' ? type : items)) {
    remarks.leave(origin, `the whole field ${labelOf(field, key)}`, ...refused);
    return undefined;
  }
  const kind = kindOf({ key, type, items, custom });
  if (kind === undefined) {
    const what = `the whole field ${labelOf(field, key)}`;
    const named = excerpt([type, items, custom].filter((text) => text !== '').join(', '), 80);
    remarks.leave(
      origin,
      what,
      `a field of the type ${named || 'unknown'} has no counterpart`,
      'set it in customFields, or in Jira',
    );
    return undefined;
  }
  return build({ key, field, origin, kind }, remarks);
};

interface Kind {
  readonly type: FieldType;
  readonly validation?: Validation;
  /** How Jira wants the value, where it is not as the form gives it. */
  readonly wrap?: 'value' | 'name' | 'id' | 'list';
}

const kindOf = (of: { key: string; type: string; items: string; custom: string }): Kind | undefined => {
  const { key, type, items, custom } = of;
  if (type === 'string') {
    if (key === 'description' || key === 'environment' || custom === 'textarea') return { type: 'textarea' };
    return custom === 'url' ? { type: 'string', validation: { pattern: '^https?://' } } : { type: 'string' };
  }
  if (type === 'number') return { type: 'number' };
  if (type === 'date') return { type: 'date' };
  if (type === 'option') return { type: 'select', wrap: 'value' };
  if (type === 'priority' || type === 'version') return { type: 'select', wrap: 'name' };
  if (type === 'securitylevel' || type === 'resolution') return { type: 'select', wrap: 'id' };
  if (type !== 'array') return undefined;
  if (items === 'string') return { type: 'multiselect' };
  return ['option', 'component', 'version'].includes(items) ? { type: 'multiselect', wrap: 'list' } : undefined;
};

interface Building {
  readonly key: string;
  readonly field: JsonObject;
  readonly origin: string;
  readonly kind: Kind;
}

const build = ({ key, field, origin, kind }: Building, remarks: Remarks): JiraField | undefined => {
  const label = labelOf(field, key);
  const entries = choicesOf(field, kind);
  if (kind.type === 'select' && entries.length === 0) {
    remarks.leave(origin, `the whole field ${label}`, 'Jira names no value for it', 'add the choices by hand');
    return undefined;
  }
  const fallback = defaultOf(own(field, 'defaultValue'), kind);
  const required = own(field, 'required') === true;
  if (fallback === undefined && own(field, 'hasDefaultValue') === true) {
    remarks.leave(
      `${origin}.defaultValue`,
      'the default',
      'Jira does not say it in a form that a field can hold',
      'write the default',
    );
  }
  const always = required || fallback !== undefined;
  const target = placeOf(key, kind, always);
  if (key === 'description') {
    remarks.change(origin, `${label} is a part of the text of the ticket`, 'the text says all that was asked');
  } else if (target === 'text') {
    const why = kind.type === 'multiselect' ? 'a list of choices cannot be filled in' : 'Jira refuses an empty choice';
    const what = `the mapping of ${label} to its Jira field`;
    remarks.leave(origin, what, `${why}; the answer stands in the text of the ticket`, 'nothing, or set it in Jira');
  }
  return {
    target,
    field: {
      name: label,
      type: kind.type,
      ...(required ? { required } : {}),
      ...(fallback === undefined ? {} : { default: fallback }),
      ...(entries.length === 0 ? {} : { enum: entries }),
      ...(kind.validation === undefined ? {} : { validation: kind.validation }),
      origin,
    },
  };
};

/** An answer is mapped only when what is sent is what Jira takes, also when the field is left empty. */
const placeOf = (key: string, kind: Kind, always: boolean): Place => {
  if (key === 'description') return 'text';
  if (key === 'priority') return always ? 'priority' : 'text';
  // Labels and lists of texts are sent as a list.
  if (kind.type === 'multiselect') return kind.wrap === undefined && always ? (template) => template : 'text';
  const { wrap } = kind;
  if (wrap === undefined) return (template) => template;
  return always ? (template) => ({ [wrap]: template }) : 'text';
};

const labelOf = (field: JsonObject, key: string): string => {
  const name = ownText(field, 'name');
  return name === undefined || !isConstant(name) ? toLabel(key) : excerpt(name, 120);
};

const nameOf = (field: JsonObject, origin: string): NameField => ({
  label: labelOf(field, 'summary'),
  description: 'The summary of the ticket',
  validation: { pattern: '^.+$', maxLength: 255 },
  origin,
});

const choicesOf = (field: JsonObject, kind: Kind): readonly EnumEntry[] => {
  const allowed = own(field, 'allowedValues');
  if (!Array.isArray(allowed) || (kind.type !== 'select' && kind.type !== 'multiselect')) return [];
  const entries = new Map<string, EnumEntry>();
  for (const value of allowed as readonly Json[]) {
    if (own(value, 'disabled') === true || own(value, 'archived') === true) continue;
    const text = textOf(value, kind);
    const label = ownText(value, 'name') ?? ownText(value, 'value');
    if (text !== undefined && !entries.has(text)) {
      entries.set(text, label === undefined || label === text ? text : { value: text, label });
    }
  }
  return [...entries.values()];
};

/** The text that Jira knows a choice by. */
const textOf = (value: Json | undefined, { wrap }: Kind): string | undefined => {
  if (typeof value === 'string') return value === '' ? undefined : value;
  if (wrap === 'id') return ownText(value, 'id');
  return ownText(value, 'value') ?? ownText(value, 'name');
};

const defaultOf = (value: Json | undefined, kind: Kind): Json | undefined => {
  if (value === undefined || value === null || value === '') return undefined;
  if (kind.type === 'select') return textOf(value, kind);
  if (kind.type !== 'multiselect') return typeof value === 'string' || typeof value === 'number' ? value : undefined;
  if (!Array.isArray(value)) return undefined;
  const texts = (value as readonly Json[]).map((entry) => textOf(entry, kind));
  return texts.length > 0 && texts.every((text) => text !== undefined) ? texts : undefined;
};

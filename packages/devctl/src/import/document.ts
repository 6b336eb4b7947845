import type { JsonObject } from '@pao/kernel';
import type { Draft, DraftAction, DraftField, DraftGroup } from './draft.ts';
import { withoutTags } from './names.ts';
import { excerpt, formatRemark, type Remark } from './remarks.ts';

/** Where the document goes, and what only the person who imports can know. */
export interface Target {
  readonly id: string;
  readonly category: string;
  /** Jira project of the manual fallback. */
  readonly project: string;
  readonly team?: string;
}

/** The catalog item of a draft. Optional keys that hold nothing are absent. */
export const documentOf = (draft: Draft, target: Target): JsonObject => {
  const team = target.team ?? draft.team;
  const automatic = draft.automatic.length > 0;
  return {
    schemaVersion: 'catalog/v1',
    kind: 'CatalogItem',
    metadata: {
      id: target.id,
      name: draft.title,
      description:
        draft.description ?? 'Imported by devctl catalog import. Describe here what it gives, to whom, and how fast.',
      version: '1.0.0',
      category: target.category,
      ...(team === undefined ? {} : { owner: { team } }),
      ...(draft.tags.length === 0 ? {} : { tags: [...new Set(draft.tags)] }),
    },
    input: { form: formOf(draft) },
    fulfillment: {
      strategy: { mode: automatic && draft.complete ? 'automatic' : 'manual' },
      ...(automatic ? { automatic: { actions: draft.automatic.map(actionOf) } } : {}),
      manual: { actions: [ticketOf(draft, target)] },
    },
  };
};

const formOf = ({ name, groups }: Draft): JsonObject => {
  const { label, description, placeholder, validation } = name;
  const form = { name: label, type: 'string', required: true, description, placeholder, validation };
  return present({ ...form, groups: groups.map(groupOf) });
};

const groupOf = ({ id, name, description, fields }: DraftGroup): JsonObject =>
  present({ id, name, description, fields: fields.map(fieldOf) });

const fieldOf = ({ id, name, type, required, ...rest }: DraftField): JsonObject =>
  present({ id, name, type, required, ...rest, origin: undefined });

const actionOf = ({ type, id, ...rest }: DraftAction): JsonObject => present({ type, id, ...rest, origin: undefined });

const present = (value: { readonly [key: string]: unknown }): JsonObject =>
  Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as JsonObject;

const ticketOf = (draft: Draft, target: Target): JsonObject => {
  const { ticket } = draft;
  const title = withoutTags(excerpt(draft.title, 120));
  const custom = Object.keys(ticket.customFields).length > 0;
  return {
    type: 'jira-ticket',
    id: 'by-hand',
    name: 'Ask for it by ticket',
    config: {
      ticket: present({
        project: target.project,
        issueType: ticket.issueType ?? 'Task',
        summaryTemplate: ticket.summary ?? `${title}: {{.current.name}}`,
        descriptionTemplate: descriptionOf(draft),
        priority: ticket.priority,
        customFields: custom ? ticket.customFields : undefined,
      }),
    },
  };
};

const descriptionOf = (draft: Draft): string => {
  const fields = draft.groups.flatMap((group) => [
    `${oneLine(group.name)}:`,
    ...group.fields.map((field) => `- ${oneLine(field.name)}: ${answerOf(group, field)}`),
    '',
  ]);
  const steps = draft.ticket.steps.flatMap(({ title, details }, index) => [
    `${index + 1}. ${oneLine(title)}`,
    ...details.map((line) => `   ${line}`),
  ]);
  return [
    `${oneLine(draft.title)}.`,
    '',
    `${oneLine(draft.name.label)}: {{.current.name}}`,
    '',
    ...fields,
    ...(steps.length === 0 ? [] : ['What is to be done, in this order:', ...steps, '']),
    ...(draft.outputs.length === 0
      ? []
      : ['When it is ready, note these outputs; later steps read them:', draft.outputs.map(oneLine).join(', '), '']),
    'Requested by {{.system.user.email}}, request {{.system.requestId}}.',
    '',
  ].join('\n');
};

/** Braces begin a macro of Jira, which no value may stand in. */
const oneLine = (text: string): string => withoutTags(excerpt(text)).replaceAll('{', '(').replaceAll('}', ')');

/** A secret never stands in a ticket, and what is asked only under a condition may be empty. */
const answerOf = (group: DraftGroup, field: DraftField): string => {
  const path = `.current.${group.id}.${field.id}`;
  if (field.type === 'password') return '(secret; given with the request)';
  if (field.type === 'file') return '(file; given with the request)';
  return field.conditional === undefined ? `{{${path}}}` : `{{#${path}}}{{${path}}}{{/${path}}}`;
};

// The comment is a part of the document, whose size is limited.
const MAX_COMMENT = 60_000;

/** What stands above the document: where it is from, and what it lacks. */
export const commentOf = (draft: Draft, remarks: readonly Remark[]): string => {
  let left = MAX_COMMENT;
  const block = (title: string, list: readonly Remark[]): readonly string[] => {
    const lines = list.map((remark) => `- ${formatRemark(remark)}`);
    const kept = lines.filter((line) => {
      left -= line.length;
      return left > 0;
    });
    const cut = lines.length - kept.length;
    return ['', title, ...kept, ...(cut > 0 ? [`- and ${cut} more, in the report of the import`] : [])];
  };
  const leftOut = remarks.filter(({ kind }) => kind === 'left-out');
  const changed = remarks.filter(({ kind }) => kind === 'changed');
  return [
    `Imported from ${excerpt(draft.source)} by devctl catalog import.`,
    'Each line: path in the source — what — why — what to do.',
    ...(leftOut.length === 0 ? ['', 'Left out: nothing.'] : block('Left out:', leftOut)),
    ...(changed.length === 0 ? [] : block('Changed:', changed)),
  ].join('\n');
};

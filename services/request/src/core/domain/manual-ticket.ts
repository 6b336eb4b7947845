import { type CatalogItem, renderAction } from '@pao/documents';
import { isJsonObject, type Json, type JsonObject } from '@pao/kernel';
import type { Scope } from '@pao/templates';

/** What the document's own ticket says about where and how people work on a task. */
export interface ManualTicket {
  readonly system?: 'servicenow';
  readonly table?: string;
  readonly assignmentGroup?: string;
  readonly project?: string;
  readonly issueType?: string;
  readonly instance?: string;
  readonly priority?: string;
  readonly labels?: string[];
  readonly components?: string[];
  readonly assignee?: string;
  readonly epicKey?: string;
  readonly customFields?: JsonObject;
  readonly outputs?: { [name: string]: string };
}

/** The first ticket of an item's manual fulfillment, with secrets covered; undefined when there is none, or it can't be rendered. */
export const manualTicketOf = (item: CatalogItem, scope: Scope): ManualTicket | undefined => {
  const action = item.fulfillment.manual.actions.find(({ type }) => Object.hasOwn(TICKETS, type));
  return action && TICKETS[action.type as keyof typeof TICKETS](action, scope);
};

const issueOf = (action: Action, scope: Scope): ManualTicket | undefined => {
  // Only what a ticket is filed under is taken from it: what it says is the escalation's own.
  const { ticket, ...beside } = action.config;
  const { summaryTemplate: _summary, descriptionTemplate: _inside, ...filed } = isJsonObject(ticket) ? ticket : {};
  const { descriptionTemplate: _beside, ...shared } = beside;
  const rendered = renderAction(filedAs(action, { ...shared, ticket: filed }), scope);
  if (!rendered.ok) return undefined;
  const { ticket: own, ...rest } = rendered.value.masked;
  return picked({ ...rest, ...(isJsonObject(own) ? own : {}) }, action.outputs);
};

/** Variables of a record are its fields; those of a catalog item mean nothing in another table. */
const recordOf = (action: Action, scope: Scope): ManualTicket | undefined => {
  const rendered = renderAction(action, scope);
  if (!rendered.ok) return undefined;
  const { instance, table, variables } = rendered.value.masked;
  const fields = isText(table) && isJsonObject(variables) ? variables : {};
  const { assignment_group: group, short_description: _line, description: _text, ...others } = fields;
  return {
    system: 'servicenow',
    ...(isText(instance) && { instance }),
    ...(isText(table) && { table }),
    ...(isText(group) && { assignmentGroup: group }),
    ...(Object.keys(others).length > 0 && { customFields: others }),
    ...(Object.keys(action.outputs ?? {}).length > 0 && { outputs: { ...action.outputs } }),
  };
};

const TICKETS = { 'jira-ticket': issueOf, 'servicenow-request': recordOf } as const;

type Action = CatalogItem['fulfillment']['manual']['actions'][number];

const filings = new WeakMap<Action, Action>();

/** The same object for the same action, so that its templates are parsed once. */
const filedAs = (action: Action, config: JsonObject): Action => {
  const known = filings.get(action) ?? { ...action, config };
  filings.set(action, known);
  return known;
};

const TEXTS = ['project', 'issueType', 'instance', 'priority', 'assignee', 'epicKey'] as const;
const LISTS = ['labels', 'components'] as const;

const picked = (config: JsonObject, outputs: Action['outputs'] = {}): ManualTicket => ({
  ...Object.fromEntries(TEXTS.flatMap((key) => (isText(config[key]) ? [[key, config[key]]] : []))),
  ...Object.fromEntries(LISTS.flatMap((key) => (isTexts(config[key]) ? [[key, config[key]]] : []))),
  ...(isJsonObject(config.customFields) && { customFields: config.customFields }),
  ...(Object.keys(outputs).length > 0 && { outputs: { ...outputs } }),
});

const isText = (value: Json | undefined): value is string => typeof value === 'string' && value !== '';

const isTexts = (value: Json | undefined): boolean => Array.isArray(value) && value.every((one: Json) => isText(one));

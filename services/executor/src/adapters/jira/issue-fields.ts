import { type JiraFlavor, WAITING_LABEL } from '@pao/jira';
import type { Json, JsonObject } from '@pao/kernel';
import { wikiToAdf } from '@pao/templates';
import type { JiraTicketConfig } from './config.ts';

/** What of a ticket has to be asked of the site first. */
export interface AskedOfSite {
  /** By id. */
  readonly customFields: JsonObject;
  /** As the flavor names people: an account id, or a user's name. */
  readonly assignee: string | undefined;
  /** Of Data Center: the field that names the epic. */
  readonly epicField: string | undefined;
}

/** A label has no white space. */
const labelOf = (text: string): string => text.trim().replaceAll(/\s+/g, '-');

/** Documents write wiki markup, which Data Center takes as it is; Cloud wants an Atlassian document. */
const descriptionFor = (flavor: JiraFlavor, wiki: string): Json =>
  // An Atlassian document is JSON whose type says more than ours.
  flavor === 'cloud' ? (wikiToAdf(wiki) as unknown as JsonObject) : wiki;

const epicOf = (flavor: JiraFlavor, epicKey: string | undefined, epicField: string | undefined): JsonObject => {
  if (epicKey === undefined) return {};
  if (flavor === 'cloud') return { parent: { key: epicKey } };
  return epicField === undefined ? {} : { [epicField]: epicKey };
};

/**
 * The fields of a new issue: in Cloud's terms (REST API v3) with the epic as parent and people by account id, in those of Data Center
 * (v2) with the epic in a field of its own and people by name. The attempt's name goes among the labels: it is what the issue is found by.
 */
export const issueFields = (
  config: JiraTicketConfig,
  { customFields, assignee, epicField }: AskedOfSite,
  { flavor, name }: { readonly flavor: JiraFlavor; readonly name: string },
): JsonObject => {
  const { priority, components, epicKey, descriptionTemplate: description, labels = [] } = config;
  const own = config.waitForResolution === true ? [name, WAITING_LABEL] : [name];
  return {
    ...customFields,
    project: { key: config.project },
    issuetype: { name: config.issueType },
    summary: config.summaryTemplate,
    labels: [...new Set([...labels.map(labelOf), ...own])],
    ...(description !== undefined && { description: descriptionFor(flavor, description) }),
    ...(priority !== undefined && { priority: { name: priority } }),
    ...(components !== undefined && { components: components.map((component) => ({ name: component })) }),
    ...epicOf(flavor, epicKey, epicField),
    ...(assignee !== undefined && { assignee: flavor === 'cloud' ? { id: assignee } : { name: assignee } }),
  };
};

import type { JiraFlavor } from '@pao/jira';
import type { Json, JsonObject } from '@pao/kernel';
import { wikiToAdf } from '@pao/templates';
import type { IssueOrder } from '../../core/domain/tickets/ticket-order.ts';

/** Wiki markup as a site takes it: Cloud wants an Atlassian document. */
export const bodyFor = (flavor: JiraFlavor, wiki: string): Json =>
  // An Atlassian document is JSON whose type says more than ours.
  flavor === 'cloud' ? (wikiToAdf(wiki) as unknown as JsonObject) : wiki;

/** A label has no white space. */
const labelOf = (text: string): string => text.trim().replaceAll(/\s+/g, '-').slice(0, 255);

/** The fields of a new issue. What the document sets by hand never goes over what the ticket is found by. */
export const issueFields = (order: IssueOrder, flavor: JiraFlavor): JsonObject => {
  const { priority, components, assignee, parent } = order;
  return {
    ...order.customFields,
    project: { key: order.project },
    issuetype: { name: order.issueType },
    summary: order.summary,
    labels: [...new Set(order.labels.map(labelOf).filter((label) => label !== ''))],
    description: bodyFor(flavor, order.description),
    ...(priority !== undefined && { priority: { name: priority } }),
    ...(components !== undefined && { components: components.map((name) => ({ name })) }),
    ...(parent !== undefined && { parent: { key: parent } }),
    ...(assignee !== undefined && { assignee: flavor === 'cloud' ? { id: assignee } : { name: assignee } }),
  };
};

import { WAITING_LABEL } from '@pao/jira';
import type { JsonObject } from '@pao/kernel';
import { jiraTextToAdf } from '@pao/templates';
import type { JiraTicketConfig } from './config.ts';

/** A label has no white space. */
const labelOf = (text: string): string => text.trim().replaceAll(/\s+/g, '-');

/**
 * The fields of a new issue in Jira Cloud's terms (REST API v3): description as an Atlassian document, epics as parents, people by
 * account id. The attempt's name goes among the labels: it is what the issue is found by.
 */
export const issueFields = (config: JiraTicketConfig, name: string): JsonObject => {
  const { priority, components, epicKey, assignee, descriptionTemplate: description, labels = [] } = config;
  const own = config.waitForResolution === true ? [name, WAITING_LABEL] : [name];
  return {
    ...config.customFields,
    project: { key: config.project },
    issuetype: { name: config.issueType },
    summary: config.summaryTemplate,
    labels: [...new Set([...labels.map(labelOf), ...own])],
    // An Atlassian document is JSON whose type says more than ours.
    ...(description !== undefined && { description: jiraTextToAdf(description) as unknown as JsonObject }),
    ...(priority !== undefined && { priority: { name: priority } }),
    ...(components !== undefined && { components: components.map((component) => ({ name: component })) }),
    ...(epicKey !== undefined && { parent: { key: epicKey } }),
    ...(assignee !== undefined && { assignee: { id: assignee } }),
  };
};

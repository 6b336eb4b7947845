import { isJsonObject, type JsonObject } from '@pao/kernel';
import { plainText } from './http.ts';
import { issueType } from './jira-shapes.ts';

export const projectKey = (fields: JsonObject): string | undefined => {
  const project = fields['project'];
  const key = isJsonObject(project) ? project['key'] : undefined;
  return typeof key === 'string' && /^[A-Z][A-Z0-9_]{1,9}$/.test(key) ? key : undefined;
};

/** What Jira finds wrong with a new ticket, by field. */
export const fieldErrors = (fields: JsonObject, isVersion2: boolean): Record<string, string> => {
  const { summary, description, labels } = fields;
  const errors: Record<string, string> = {};
  if (projectKey(fields) === undefined) errors['project'] = 'Specify a valid project ID or key';
  if (issueType(fields['issuetype']) === undefined) errors['issuetype'] = 'Specify a valid issue type';
  if (typeof summary !== 'string' || summary.trim() === '')
    errors['summary'] = 'You must specify a summary of the issue.';
  else if (summary.length > 255) errors['summary'] = "Summary can't exceed 255 characters.";
  else if (summary.includes('\n')) errors['summary'] = 'The summary is invalid because it contains newline characters.';
  if (description !== undefined && description !== null && isVersion2 !== (typeof description === 'string'))
    errors['description'] = 'Operation value must be an Atlassian Document (see the Atlassian Document Format)';
  const spaced = Array.isArray(labels) ? labels.find((label) => /\s/.test(plainText(label))) : undefined;
  if (spaced !== undefined) errors['labels'] = `The label '${plainText(spaced)}' contains spaces which is invalid.`;
  return errors;
};

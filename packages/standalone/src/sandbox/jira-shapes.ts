import type { JsonObject } from '@pao/kernel';
import { type Issue, type IssueLink, type IssueStore, labelsOf, type Status } from './issues.ts';

// The shapes of Jira Cloud's REST API, as far as clients read them.
// https://developer.atlassian.com/cloud/jira/platform/rest/v3/

export const STATUSES: Readonly<Record<Status, JsonObject>> = {
  'To Do': { id: '10000', name: 'To Do', statusCategory: { id: 2, key: 'new', name: 'To Do', colorName: 'blue-gray' } },
  'In Progress': {
    id: '10001',
    name: 'In Progress',
    statusCategory: { id: 4, key: 'indeterminate', name: 'In Progress', colorName: 'yellow' },
  },
  Done: { id: '10002', name: 'Done', statusCategory: { id: 3, key: 'done', name: 'Done', colorName: 'green' } },
};

export interface SandboxTransition {
  readonly id: string;
  readonly name: string;
  readonly to: Status;
  readonly resolution?: string;
}

export const TRANSITIONS: readonly SandboxTransition[] = [
  { id: '11', name: 'To Do', to: 'To Do' },
  { id: '21', name: 'In Progress', to: 'In Progress' },
  { id: '31', name: 'Done', to: 'Done', resolution: 'Done' },
  { id: '41', name: "Won't Do", to: 'Done', resolution: "Won't Do" },
];

export const ISSUE_TYPES: readonly JsonObject[] = [
  'Task',
  'Story',
  'Bug',
  'Epic',
  'Sub-task',
  'Service Request',
  'Change',
].map((name, index) => ({ id: String(10_100 + index), name, subtask: name === 'Sub-task' }));

export const LINK_TYPES: readonly (JsonObject & Record<'id' | 'name' | 'inward' | 'outward', string>)[] = [
  { id: '10000', name: 'Blocks', inward: 'is blocked by', outward: 'blocks' },
  { id: '10001', name: 'Relates', inward: 'relates to', outward: 'relates to' },
];

export const ACCOUNT: JsonObject = {
  accountId: '5b10a2844c20165700ede21f',
  accountType: 'atlassian',
  displayName: 'Sandbox user',
  emailAddress: 'sandbox@example.test',
  active: true,
  timeZone: 'Etc/UTC',
};

export const projectShape = (key: string, site: string): JsonObject => ({
  id: String(Buffer.from(key).reduce((sum, byte) => (sum * 31 + byte) % 100_000, 7)),
  key,
  name: key,
  projectTypeKey: 'software',
  self: `${site}/rest/api/3/project/${key}`,
});

/** @param only names of the fields wanted; absent: all */
export const issueShape = (store: IssueStore, issue: Issue, site: string, only?: ReadonlySet<string>): JsonObject => {
  const fields: JsonObject = {
    assignee: null,
    priority: { id: '3', name: 'Medium' },
    description: null,
    components: [],
    ...issue.fields,
    labels: labelsOf(issue.fields),
    project: projectShape(issue.project, site),
    issuetype: issueType(issue.fields['issuetype']) ?? null,
    status: STATUSES[issue.status],
    resolution: issue.status === 'Done' ? (issue.fields['resolution'] ?? { name: 'Done' }) : null,
    resolutiondate: issue.status === 'Done' ? jiraTime(issue.updated) : null,
    created: jiraTime(issue.created),
    updated: jiraTime(issue.updated),
    reporter: ACCOUNT,
    creator: ACCOUNT,
    issuelinks: store.linksOf(issue).map((link) => linkShape(store, link, issue, site)),
    comment: commentsShape(store, issue),
  };
  return {
    id: issue.id,
    key: issue.key,
    self: `${site}/rest/api/3/issue/${issue.id}`,
    fields: only === undefined ? fields : Object.fromEntries(Object.entries(fields).filter(([name]) => only.has(name))),
  };
};

/** Who moved it last, as far as anybody is told. */
export const changelogShape = (issue: Issue): JsonObject => ({
  histories:
    issue.status === 'To Do'
      ? []
      : [{ author: ACCOUNT, created: jiraTime(issue.updated), items: [{ field: 'status', toString: issue.status }] }],
});

export const commentsShape = (store: IssueStore, issue: Issue): JsonObject => {
  const comments = store.commentsOf(issue).map(({ id, body, created }) => ({
    id,
    body,
    author: ACCOUNT,
    created: jiraTime(created),
    updated: jiraTime(created),
  }));
  return { comments, total: comments.length, maxResults: comments.length, startAt: 0 };
};

const linkShape = (store: IssueStore, link: IssueLink, from: Issue, site: string): JsonObject => {
  const type = LINK_TYPES.find(({ name }) => name === link.type) ?? {
    name: link.type,
    inward: link.type,
    outward: link.type,
  };
  // Seen from the one end, a link names the issue at the other.
  const isOutward = link.outward === from.key;
  const other = store.find(isOutward ? link.inward : link.outward);
  const shape = other && {
    id: other.id,
    key: other.key,
    self: `${site}/rest/api/3/issue/${other.id}`,
    fields: { summary: other.fields['summary'] ?? '', status: STATUSES[other.status] },
  };
  return { id: link.id, type, ...(shape === undefined ? {} : { [isOutward ? 'inwardIssue' : 'outwardIssue']: shape }) };
};

/** The issue type that a field names, by id or by name. */
export const issueType = (given: unknown): JsonObject | undefined => {
  if (typeof given !== 'object' || given === null) return undefined;
  const { id, name } = given as { readonly id?: unknown; readonly name?: unknown };
  return ISSUE_TYPES.find((type) => type['id'] === id || type['name'] === name);
};

/** Jira writes the zone as +0000, without a colon. */
const jiraTime = (iso: string): string => iso.replace('Z', '+0000');

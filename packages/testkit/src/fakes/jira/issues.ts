import { type Json, type JsonObject } from '@pao/kernel';

export interface FakeIssue {
  readonly id: string;
  readonly key: string;
  readonly fields: JsonObject;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly status: 'To Do' | 'Done';
  /** Null while it is open. */
  readonly resolution: string | null;
  readonly comments: readonly FakeComment[];
}

export interface FakeComment {
  readonly id: string;
  readonly body: Json;
  readonly author: string;
  readonly createdAt: Date;
}

export interface FakeIssueLink {
  readonly type: string;
  /** Of `Blocks` the inward issue blocks the outward one. */
  readonly inward: string;
  readonly outward: string;
}

export interface FakeJiraOptions {
  /** How long a new ticket is invisible to searches; 0 when absent. */
  readonly searchLagMs?: number;
  /** Projects that exist; every one when absent. */
  readonly projects?: readonly string[];
  /** The forms of new issues by their type, with fields as Jira describes them. Not told when absent. */
  readonly createMeta?: Readonly<Record<string, readonly JsonObject[]>>;
  /** Who is known: `accountId`, `name`, `emailAddress`. */
  readonly users?: readonly JsonObject[];
  /** The time of the lag; the system's when absent. */
  readonly now?: () => Date;
}

export interface Jira {
  readonly issues: FakeIssue[];
  readonly links: FakeIssueLink[];
  readonly options: FakeJiraOptions;
  created: number;
}

export const PERSON = 'person@example.test';

export const nowOf = ({ options }: Jira): Date => options.now?.() ?? new Date();

export const nextNumber = ({ issues }: Jira, project: string): number =>
  Math.max(0, ...issues.flatMap(({ key }) => (key.startsWith(`${project}-`) ? [Number(key.split('-')[1])] : []))) + 1;

export const find = ({ issues }: Jira, idOrKey: string): FakeIssue | undefined =>
  issues.find(({ id, key }) => id === idOrKey || key === idOrKey);

export const change = (jira: Jira, idOrKey: string, changed: (issue: FakeIssue) => Partial<FakeIssue>): void => {
  const issue = find(jira, idOrKey);
  if (issue) jira.issues[jira.issues.indexOf(issue)] = { ...issue, ...changed(issue), updatedAt: nowOf(jira) };
};

export const move = (jira: Jira, idOrKey: string, status: FakeIssue['status'], resolution = 'Done'): void =>
  change(jira, idOrKey, () => ({ status, resolution: status === 'Done' ? resolution : null }));

export const addComment = (jira: Jira, idOrKey: string, body: Json, name: string): string => {
  const id = String(20_001 + jira.issues.reduce((sum, { comments }) => sum + comments.length, 0));
  change(jira, idOrKey, ({ comments }) => ({
    comments: [...comments, { id, body, author: name, createdAt: nowOf(jira) }],
  }));
  return id;
};

export const author = (name: string): JsonObject => ({ displayName: name, emailAddress: name });

export const shape = ({ links }: Jira, { id, key, fields, status, resolution, updatedAt }: FakeIssue): JsonObject => ({
  id,
  key,
  changelog: {
    histories:
      status === 'Done'
        ? [
            {
              author: author(PERSON),
              created: updatedAt.toISOString(),
              items: [{ field: 'status', fromString: 'To Do', toString: 'Done' }],
            },
          ]
        : [],
  },
  fields: {
    ...fields,
    resolution: resolution === null ? null : { name: resolution },
    updated: updatedAt.toISOString().replace('Z', '+0000'),
    status: { name: status, statusCategory: { key: status === 'Done' ? 'done' : 'new' } },
    issuelinks: links.flatMap(({ type, inward, outward }) => {
      if (inward === key) return { type: { name: type }, outwardIssue: { key: outward } };
      return outward === key ? { type: { name: type }, inwardIssue: { key: inward } } : [];
    }),
  },
});

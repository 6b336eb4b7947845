import { EPOCH } from '../engine/virtual-time.ts';

/** What people write of a task that they did. */
export type Outputs = Readonly<Record<string, string>>;

export interface Comment {
  readonly id: string;
  readonly body: unknown;
  /** By which a comment of the product says which one it is; undefined: people wrote it. */
  readonly name: string | undefined;
  readonly at: number;
}

export interface Issue {
  readonly id: string;
  key: string;
  readonly labels: readonly string[];
  readonly fields: Readonly<Record<string, unknown>>;
  /** From when on a search shows it. */
  readonly visibleAt: number;
  /** Id of the issue that somebody copied. */
  readonly copyOf: string | undefined;
  isGone: boolean;
  closed: { readonly by: 'people' | 'machine'; readonly resolution: string; readonly at: number } | undefined;
  /** When people closed it for the first time. */
  firstClosedAt: number | undefined;
  updatedAt: number;
  /** When its comments were read last. */
  lookedAt: number | undefined;
  readonly comments: Comment[];
  readonly links: { readonly type: string; readonly blocker: Issue; readonly at: number }[];
  /** What people gave, the latest last. */
  readonly written: { readonly at: number; readonly outputs: Outputs }[];
}

/** The label that names a task, and a generation of it. */
export const keyOf = (labels: readonly string[] = []): string =>
  labels.find((label) => /^pao-.{36}-g\d+-/.test(label)) ?? '';

const TEXT = /"text":("(?:[^"\\]|\\.)*")/g;

/** All text of a document. */
export const textOf = (body: unknown): string =>
  [...(JSON.stringify(body) ?? '').matchAll(TEXT)].map(([, text = '""']) => JSON.parse(text) as string).join('');

/** The name that the product gave a comment. */
export const nameIn = (text: string): string | undefined => /\((pao-[^)]+)\)/.exec(text)?.[1];

/** An issue as Jira's API shows it. */
export const issueBody = ({ id, key, fields, closed, links, updatedAt }: Issue) => ({
  id,
  key,
  fields: {
    status: { name: closed ? 'Done' : 'To Do', statusCategory: { key: closed ? 'done' : 'new' } },
    resolution: closed ? { name: closed.resolution } : null,
    assignee: { displayName: 'Desk' },
    updated: new Date(EPOCH + Math.floor(updatedAt)).toISOString(),
    description: fields['description'],
    issuelinks: links.map(({ type, blocker }) => ({ type: { name: type }, inwardIssue: { key: blocker.key } })),
  },
});

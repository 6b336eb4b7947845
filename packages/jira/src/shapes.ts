import { z } from 'zod';

// What we read of Jira's answers. Whatever else an answer holds is left out, and what is not shaped like this is not used.

/** An issue that exists. Its key changes when it is moved to another project, its id never does. */
export interface Issue {
  readonly id: string;
  readonly key: string;
}

export const issueShape = z.object({
  id: z.string().regex(/^\d{1,20}$/),
  key: z
    .string()
    .max(200)
    .regex(/^[A-Z][A-Z0-9_]*-\d+$/),
});

const cut = (length: number) => z.string().transform((text) => text.slice(0, length));

const person = z
  .object({ displayName: cut(200).optional(), emailAddress: cut(320).optional() })
  .transform(({ displayName, emailAddress }) => emailAddress ?? displayName ?? null)
  .nullish()
  .transform((name) => name ?? null);

const named = z.object({ name: cut(200) });

const otherEnd = z.object({ key: z.string().max(200) }).optional();

const link = z.object({ type: named, inwardIssue: otherEnd, outwardIssue: otherEnd });

const history = z.object({
  author: person,
  created: cut(40).optional(),
  items: z.array(z.object({ field: z.string() })).max(1_000),
});

export const readingShape = issueShape
  .extend({
    fields: z.looseObject({
      status: named.extend({ statusCategory: z.object({ key: z.string().max(100) }) }),
      resolution: named.nullish(),
      assignee: person,
      updated: cut(40).optional(),
      description: z.unknown().optional(),
      issuelinks: z.array(link).max(2_000).optional(),
    }),
    changelog: z.object({ histories: z.array(history).max(1_000) }).optional(),
  })
  .transform(({ id, key, fields, changelog }) => ({
    id,
    key,
    status: fields.status.name,
    /** `done` where nobody has to work on it any more, whatever the status is called. */
    category: fields.status.statusCategory.key,
    resolution: fields.resolution?.name ?? null,
    assignee: fields.assignee,
    updated: fields.updated ?? null,
    description: fields.description,
    links: (fields.issuelinks ?? []).map(({ type, inwardIssue, outwardIssue }) => ({
      type: type.name,
      /** The key of the other end, when this issue is the outward one; and the other way round. */
      inward: inwardIssue?.key ?? null,
      outward: outwardIssue?.key ?? null,
    })),
    /** Custom fields, by their ids. */
    fields: Object.fromEntries(Object.entries(fields).filter(([name]) => name.startsWith('customfield_'))),
    movedBy: lastMover(changelog?.histories ?? []),
  }));

/** Who changed the status last. */
const lastMover = (histories: readonly z.output<typeof history>[]): string | null =>
  histories
    .filter(({ items }) => items.some(({ field }) => field === 'status'))
    .toSorted((a, b) => timeOf(b.created) - timeOf(a.created))[0]?.author ?? null;

/** Jira writes the zone as +0000, which not every parser takes. */
const timeOf = (text: string | undefined): number =>
  text === undefined ? 0 : Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2')) || 0;

/** An issue as it is now. */
export type IssueReading = z.output<typeof readingShape>;

export const commentsShape = z.object({
  comments: z
    .array(z.object({ id: z.string().max(40), body: z.unknown(), author: person, created: cut(40).optional() }))
    .max(1_000)
    .transform((comments) => comments.toSorted((a, b) => timeOf(b.created) - timeOf(a.created))),
});

/** `body` is a document (Cloud) or wiki markup (Data Center). */
export type IssueComment = z.output<typeof commentsShape>['comments'][number];

export const transitionsShape = z.object({
  transitions: z
    .array(
      z.object({
        id: z.string().max(40),
        name: cut(200),
        to: z.object({ name: cut(200), statusCategory: z.object({ key: z.string().max(100) }) }),
      }),
    )
    .max(500),
});

export type Transition = z.output<typeof transitionsShape>['transitions'][number];

export const searchShape = z.object({
  issues: z.array(issueShape).max(1_000),
  nextPageToken: z.string().max(10_000).optional(),
});

import { z } from 'zod';

const link = z.strictObject({
  /** The name of a type of links: `Blocks`. */
  type: z.string().min(1).max(200),
  key: z.string().regex(/^[A-Z][A-Z0-9_]*-\d+$/, 'is not the key of an issue'),
  /** `outward`: the new ticket blocks that issue; `inward`: it is blocked by it. */
  direction: z.enum(['outward', 'inward']).default('outward'),
});

/** What documents write inside of `ticket` or beside it; inside wins. */
const optional = {
  descriptionTemplate: z.string().optional(),
  priority: z.string().min(1).optional(),
  labels: z.array(z.string().min(1)).optional(),
  components: z.array(z.string().min(1)).optional(),
  epicKey: z.string().min(1).optional(),
  assignee: z.string().min(1).optional(),
  customFields: z.record(z.string(), z.json()).optional(),
  links: z.array(link).max(20).optional(),
  waitForResolution: z.boolean().optional(),
};

/** Jira refuses line breaks in a summary, and so many characters. */
const summary = z
  .string()
  .transform((text) => text.replaceAll(/\s+/g, ' ').trim())
  .pipe(z.string().min(1, 'is empty').max(255, 'is longer than 255 characters'));

const configShape = z.strictObject({
  instance: z.string().min(1).optional(),
  ticket: z.strictObject({
    project: z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'is not a project key'),
    summaryTemplate: summary,
    issueType: z.string().min(1).default('Task'),
    ...optional,
  }),
  ...optional,
});

/** The configuration of a `jira-ticket` action, rendered. */
export const jiraTicketConfig = configShape.transform(({ instance, ticket, ...beside }) => ({
  instance,
  ...beside,
  ...ticket,
}));

/** For those who write documents. */
export const jiraTicketSchema = z.toJSONSchema(configShape, { io: 'input' });

export type JiraTicketConfig = z.output<typeof jiraTicketConfig>;
export type TicketLink = NonNullable<JiraTicketConfig['links']>[number];

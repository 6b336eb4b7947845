import { z } from 'zod';

/** What documents write inside of `ticket` or beside it; inside wins. */
const optional = {
  descriptionTemplate: z.string().optional(),
  priority: z.string().min(1).optional(),
  labels: z.array(z.string().min(1)).optional(),
  components: z.array(z.string().min(1)).optional(),
  epicKey: z.string().min(1).optional(),
  assignee: z.string().min(1).optional(),
  customFields: z.record(z.string(), z.json()).optional(),
  waitForResolution: z.boolean().optional(),
};

/** Jira refuses line breaks in a summary, and so many characters. */
const summary = z
  .string()
  .transform((text) => text.replaceAll(/\s+/g, ' ').trim())
  .pipe(z.string().min(1, 'is empty').max(255, 'is longer than 255 characters'));

/** The configuration of a `jira-ticket` action, rendered. */
export const jiraTicketConfig = z
  .strictObject({
    instance: z.string().min(1).optional(),
    ticket: z.strictObject({
      project: z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'is not a project key'),
      summaryTemplate: summary,
      issueType: z.string().min(1).default('Task'),
      ...optional,
    }),
    ...optional,
  })
  .transform(({ instance, ticket, ...beside }) => ({ instance, ...beside, ...ticket }));

export type JiraTicketConfig = z.output<typeof jiraTicketConfig>;

import { z } from 'zod';

/** The configuration of a `github-workflow` action, rendered. */
export const githubWorkflowConfig = z.strictObject({
  repository: z.string().min(1).max(500),
  /** A file of `.github/workflows`, or the id of a workflow. */
  workflowFile: z
    .string()
    .regex(/^(?:\d{1,20}|[A-Za-z0-9_.][\w .-]{0,120}\.ya?ml)$/, 'is no file name that ends in .yml, and no id'),
  ref: z.string().min(1).max(250),
  inputs: z.record(z.string().min(1).max(100), z.union([z.string(), z.number(), z.boolean()])).default({}),
  waitForCompletion: z.boolean().default(false),
  /** Seconds that its end is waited for. */
  timeout: z.number().positive().max(604_800).default(3_600),
  failOnWorkflowFailure: z.boolean().default(true),
});

export type GithubWorkflowConfig = z.output<typeof githubWorkflowConfig>;

import { z } from 'zod';

const name = z.string().min(1).max(250);
const names = z.array(z.string().min(1).max(100)).max(100).default([]);

const file = z
  .strictObject({
    path: z.string(),
    /** Absent: the file has this content afterwards, whether or not it was there. */
    operation: z.enum(['create', 'update', 'delete']).optional(),
    contentTemplate: z.string().optional(),
  })
  .refine(({ operation, contentTemplate }) => operation === 'delete' || contentTemplate !== undefined, {
    path: ['contentTemplate'],
    message: 'is missing',
  });

/** The configuration of a `git-commit` action, rendered. */
export const gitCommitConfig = z.strictObject({
  repository: z.string().min(1).max(500),
  branch: name,
  commitMessage: z.string().min(1).max(10_000),
  files: z.array(file).min(1).max(200),
  createPullRequest: z.boolean().default(false),
  pullRequestTitle: z.string().max(250).optional(),
  pullRequestBody: z.string().max(60_000).optional(),
  reviewers: names,
  assignees: names,
  labels: names,
  mergeStrategy: z.enum(['merge', 'squash', 'rebase']).optional(),
});

export type GitCommitConfig = z.output<typeof gitCommitConfig>;
export type FileChange = GitCommitConfig['files'][number];

import { z } from 'zod';

/** What is read of GitHub's answers; all else may be as it likes. */

export const shaSchema = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/);

export const repositorySchema = z.object({ default_branch: z.string().min(1).max(250) });

export const refSchema = z.object({
  ref: z.string(),
  object: z.object({ type: z.literal('commit'), sha: shaSchema }),
});

export const commitSchema = z.object({ sha: shaSchema, tree: z.object({ sha: shaSchema }) });

const entrySchema = z
  .object({
    path: z.string().min(1),
    mode: z.string().regex(/^\d{6}$/),
    type: z.enum(['blob', 'tree', 'commit']),
    sha: shaSchema,
    size: z.int().min(0).optional(),
  })
  .refine(({ type, size }) => type !== 'blob' || size !== undefined, 'a blob without its size');

export const treeSchema = z.object({ sha: shaSchema, truncated: z.boolean(), tree: z.array(entrySchema) });

export type ListedEntry = z.output<typeof entrySchema>;

export const blobSchema = z.object({ sha: shaSchema, encoding: z.literal('base64'), content: z.string() });

export const comparisonSchema = z.object({ status: z.enum(['diverged', 'ahead', 'behind', 'identical']) });

export const statusSchema = z.object({ state: z.string() });

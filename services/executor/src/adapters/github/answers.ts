import { z } from 'zod';

/** What is read of GitHub's answers; all else may be as it likes. */

const sha = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/);
const url = z.url({ protocol: /^https?$/ }).max(2_000);

/** Where only the status matters. */
export const anything = z.unknown();

export const repositorySchema = z.object({ default_branch: z.string().min(1).max(250) });
export const refSchema = z.object({ ref: z.string(), object: z.object({ sha }) });
export const objectSchema = z.object({ sha });

const person = z.object({
  email: z.string(),
  date: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
});

export const commitSchema = z.object({ sha, message: z.string(), author: person, tree: z.object({ sha }) });
export type FoundGithubCommit = z.output<typeof commitSchema>;

export const commitsSchema = z.array(
  z.object({ sha, commit: z.object({ message: z.string(), author: person.nullable() }) }),
);

export const treeSchema = z.object({
  truncated: z.boolean(),
  tree: z.array(z.object({ path: z.string(), mode: z.string(), type: z.enum(['blob', 'tree', 'commit']), sha })),
});

export const pullSchema = z.object({
  number: z.int().positive(),
  html_url: url,
  state: z.enum(['open', 'closed']),
  merged: z.boolean().optional(),
  merged_at: z.string().nullish(),
  merge_commit_sha: z.string().nullish(),
  mergeable_state: z.string().optional(),
  head: z.object({ ref: z.string(), sha }),
});
export type Pull = z.output<typeof pullSchema>;

export const pullsSchema = z.array(pullSchema);
export const mergeSchema = z.object({ sha, merged: z.literal(true) });

export const contentSchema = z.object({ encoding: z.literal('base64'), content: z.string() });

/** 204 has no body: then nothing is said of the run. */
export const dispatchSchema = z.object({ workflow_run_id: z.int().positive(), html_url: url }).optional();

export const runSchema = z.object({
  id: z.int().positive(),
  html_url: url,
  status: z.string().nullable(),
  conclusion: z.string().nullable(),
  display_title: z.string(),
  event: z.string(),
  created_at: z.iso.datetime({ offset: true }),
});
export type Run = z.output<typeof runSchema>;

export const runsSchema = z.object({ workflow_runs: z.array(runSchema) });

export const jobsSchema = z.object({
  jobs: z.array(
    z.object({
      name: z.string(),
      conclusion: z.string().nullish(),
      steps: z.array(z.object({ name: z.string(), conclusion: z.string().nullish() })).optional(),
    }),
  ),
});

export const artifactsSchema = z.object({
  artifacts: z.array(
    z.object({
      id: z.int(),
      name: z.string(),
      size_in_bytes: z.number(),
      archive_download_url: url,
      expired: z.boolean(),
    }),
  ),
});
export type Artifact = z.output<typeof artifactsSchema>['artifacts'][number];

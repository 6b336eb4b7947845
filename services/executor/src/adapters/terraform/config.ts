import { z } from 'zod';
import { fileProblem, folderProblem } from './file-names.ts';

const secretRef = z.strictObject({ secretRef: z.string().min(1).max(256) });

const refused =
  (problemOf: (text: string) => string | undefined) => (text: string, context: z.RefinementCtx<string>) => {
    const message = problemOf(text);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  };

/** A source is literal to Terraform, and an expression to OpenTofu: neither gets more than an address. */
const module = z.strictObject({
  source: z.string().regex(/^[A-Za-z0-9._~:/?@=&+,%-]{1,500}$/, 'is not the address of a module'),
  version: z
    .string()
    .regex(/^[0-9A-Za-z.,<>=!~ +-]{1,100}$/, 'is not a version constraint')
    .optional(),
});

const file = z.strictObject({
  path: z.string().superRefine(refused(fileProblem)),
  /** Of `generate`, as `git-commit` has it. */
  operation: z.enum(['create', 'update', 'delete']).optional(),
  contentTemplate: z.string().default(''),
});

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_-]{0,99}$/;

/** What the shell, the loader, Terraform or git take orders from is the executor's alone. */
const OURS =
  /^(?:PATH|HOME|SHELL|USER|TMPDIR|TEMP|TMP|IFS|ENV|BASH.*|LD_.*|DYLD_.*|TF_.*|TOFU_.*|GIT_.*|SSH_.*|NODE_.*|PAO_.*|CHECKPOINT_DISABLE|XDG_.*|PYTHON.*|PERL.*|RUBY.*|GO[A-Z]*|SSL_.*|.*_PROXY)$/;

const environmentName = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]{0,99}$/, 'is not the name of an environment variable')
  .refine((name) => !OURS.test(name), 'is set by the executor');

const part = (what: string) => z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,300}$/, `is not ${what}`);

const backend = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('local') }),
  z.strictObject({
    type: z.literal('pg'),
    /** The connection string; the executor's own without it. */
    connection: secretRef.optional(),
    schemaName: z
      .string()
      .regex(/^[a-z_][a-z0-9_]{0,62}$/, 'is not the name of a schema')
      .optional(),
  }),
  z.strictObject({
    type: z.literal('s3'),
    bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'is not the name of a bucket'),
    region: z.string().regex(/^[a-z0-9-]{1,30}$/, 'is not a region'),
    key: part('a key').optional(),
    workspaceKeyPrefix: part('a prefix').optional(),
    kmsKeyId: z
      .string()
      .regex(/^[A-Za-z0-9:/_-]{1,200}$/, 'is not a key')
      .optional(),
    /** Where the lock is, for versions that can't lock in the bucket. */
    dynamodbTable: part('a table').optional(),
  }),
]);

/** The shape of a `terraform` action, rendered. What members mean to each other is checked by `terraformConfig`. */
export const terraformShape = z.strictObject({
  mode: z.enum(['generate', 'apply', 'check']).optional(),
  module: module.optional(),
  files: z.array(file).min(1).max(100).optional(),
  /** Where Terraform runs among the files; where `generate` puts what it makes. */
  directory: z.string().superRefine(refused(folderProblem)).optional(),
  variables: z.record(z.string().regex(VARIABLE, 'is not the name of a variable'), z.json()).default({}),
  env: z.record(environmentName, z.union([z.string().max(10_000), secretRef])).default({}),
  backend: backend.optional(),
  workspace: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,89}$/, 'is not the name of a workspace')
    .refine((name) => name !== 'default', 'is the workspace that everything without a name shares')
    .optional(),
  approvePlan: z.boolean().default(false),
  destroyOnRollback: z.boolean().default(false),
  repository: z.string().min(1).optional(),
  branch: z.string().min(1).optional(),
  commitMessage: z.string().min(1).optional(),
  createPullRequest: z.boolean().optional(),
  pullRequestTitle: z.string().min(1).optional(),
  pullRequestBody: z.string().optional(),
});

type Shape = z.output<typeof terraformShape>;

const duplicateOf = (files: NonNullable<Shape['files']>): number =>
  files.findIndex(({ path }, at) =>
    files.slice(0, at).some((other) => other.path.toLowerCase() === path.toLowerCase()),
  );

/** What a call of a module has for itself. */
const META_ARGUMENTS = /^(?:source|version|providers|count|for_each|lifecycle|depends_on|locals)$/;

const checkTogether = (config: Shape, context: z.RefinementCtx<Shape>): void => {
  const issue = (path: readonly (string | number)[], message: string): void =>
    context.addIssue({ code: 'custom', path: [...path], message });
  if ((config.module === undefined) === (config.files === undefined)) issue([], 'needs either `module` or `files`');
  const twice = duplicateOf(config.files ?? []);
  if (twice >= 0) issue(['files', twice, 'path'], 'stands here twice');
  const meta = Object.keys(config.variables).find((name) => META_ARGUMENTS.test(name));
  if (config.module && meta !== undefined) issue(['variables', meta], 'is what a call of a module has for itself');
  if (config.mode === 'generate' && config.repository === undefined)
    issue(['repository'], 'is missing: `generate` commits to a repository');
  if (config.mode !== 'generate' && config.files?.some(({ operation }) => operation === 'delete'))
    issue(['files'], 'can be deleted only where they are committed');
};

/** The configuration of a `terraform` action. Without a mode, one that names a repository commits to it and any other is applied. */
export const terraformConfig = terraformShape
  .transform((config) => ({ ...config, mode: config.mode ?? (config.repository === undefined ? 'apply' : 'generate') }))
  .superRefine(checkTogether);

export type TerraformConfig = z.output<typeof terraformConfig>;
export type TerraformBackend = z.output<typeof backend>;

import type { ActionAbout } from '@pao/executor-sdk';
import { z } from 'zod';
import { terraformShape } from './config.ts';

type ConfigSchema = ActionAbout['configSchema'];

const schemaOf = (shape: z.ZodType): ConfigSchema => z.toJSONSchema(shape, { io: 'input' }) as ConfigSchema;

/** What an executor without Terraform can do: commit what was generated. */
const generateOnly = terraformShape.extend({ mode: z.literal('generate').optional(), repository: z.string().min(1) });

const documentation = `
Runs Terraform or OpenTofu, or commits what it would run. \`mode: apply\` makes a plan, has it approved where \`approvePlan\` says so,
and applies that plan and no other. \`mode: check\` plans only. \`mode: generate\` commits the files to a repository.

Values of users reach Terraform as variables, which it takes literally. An apply whose end nobody saw is looked for in the state,
and goes to a person unless the state was written and a plan finds nothing left to do.
`.trim();

/** What the action type says of itself; `applies` where there is a Terraform to run. */
export const aboutTerraform = (applies: boolean): ActionAbout => ({
  version: '1.0.0',
  summary: applies
    ? 'Plans and applies a Terraform module or files, or commits them to a repository.'
    : 'Commits a Terraform module or files to a repository. There is no Terraform here to apply them.',
  idempotency: 'probe',
  configSchema: schemaOf(applies ? terraformShape : generateOnly),
  outputs: ['plan'],
  plan: 'Runs Terraform ({{config.mode}})',
  documentation,
});

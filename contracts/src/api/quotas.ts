import { z } from 'zod';
import { defineOperation } from '../operation.ts';
import { pageQuery } from './common.ts';
import { REASON_LIMIT } from './decisions.ts';
import { resourceSchema, teamSchema } from './request-shapes.ts';

/** How much of what has been asked for, and by whom. */

export const quotaPerSchema = z.enum(['team', 'user', 'tenant']);

const count = z.int().min(0);

export const quotaUsageSchema = z
  .object({
    resource: resourceSchema,
    per: quotaPerSchema,
    scope: z.string().meta({ description: 'The team, the e-mail address of the person, or the tenant.' }),
    reserved: count.meta({ description: 'By requests that have not ended.' }),
    committed: count.meta({ description: 'By completed requests, until somebody releases them.' }),
    used: count.meta({ description: 'Both together.' }),
    max: count.meta({ description: 'Of the document that was asked for last.' }),
  })
  .meta({ id: 'QuotaUsage' });

export type QuotaUsage = z.infer<typeof quotaUsageSchema>;

export const listQuotas = defineOperation({
  id: 'listQuotas',
  service: 'request',
  method: 'GET',
  path: '/quotas',
  tag: 'requests',
  summary: 'How much of each quota is used: one’s own and that of one’s teams; for operators and admins all',
  query: z.strictObject({
    ...pageQuery,
    resource: resourceSchema.optional(),
    team: teamSchema.optional(),
  }),
  data: z.array(quotaUsageSchema),
  paginated: true,
});

export const releasedUnitSchema = z.object({
  resource: resourceSchema,
  per: quotaPerSchema,
  scope: z.string(),
  catalogItemId: z.string(),
  component: z.string().nullable(),
});

export const releaseQuota = defineOperation({
  id: 'releaseQuota',
  service: 'request',
  method: 'POST',
  path: '/quotas/release',
  tag: 'requests',
  summary: 'Give back what a completed request uses of quotas, when what it made is gone',
  body: z.strictObject({
    requestId: z.uuid(),
    resource: resourceSchema.optional().meta({ description: 'Only of this resource; of all when absent.' }),
    component: z.string().min(1).max(100).optional().meta({ description: 'Only of this component of a bundle.' }),
    version: z
      .int()
      .min(1)
      .optional()
      .meta({ description: 'Of the request as it was seen: another version by now is a 409.' }),
    reason: z.string().trim().min(1).max(REASON_LIMIT).meta({ description: 'Why; kept in the audit.' }),
  }),
  data: z.object({
    requestId: z.uuid(),
    version: z.int().min(1),
    released: z.array(releasedUnitSchema),
  }),
  idempotent: true,
});

export const COST_GROUPS = ['team', 'item', 'month'] as const;

export const costTotalSchema = z
  .object({
    key: z
      .string()
      .nullable()
      .meta({ description: 'The team (null: nobody’s), the item or bundle, or the month of submission as `2026-11`.' }),
    currency: z.string().meta({ description: 'ISO 4217, such as `EUR`.' }),
    reserved: z.number().meta({ description: 'A month of what has been asked for and has not ended.' }),
    committed: z.number().meta({ description: 'A month of what was completed.' }),
    monthly: z.number().meta({ description: 'Both together.' }),
    requests: count,
  })
  .meta({ id: 'CostTotal' });

export type CostTotal = z.infer<typeof costTotalSchema>;

export const listCosts = defineOperation({
  id: 'listCosts',
  service: 'request',
  method: 'GET',
  path: '/costs',
  tag: 'requests',
  summary: 'What a month of all requests that are under way or completed is estimated to cost, added up by currency',
  query: z.strictObject({
    ...pageQuery,
    groupBy: z.enum(COST_GROUPS).default('team'),
    team: teamSchema.optional(),
    since: z.iso.datetime({ offset: true }).optional().meta({ description: 'Submitted then or later.' }),
    until: z.iso.datetime({ offset: true }).optional().meta({ description: 'Submitted before then.' }),
  }),
  data: z.array(costTotalSchema),
  paginated: true,
});

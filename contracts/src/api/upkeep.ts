import { z } from 'zod';
import { timestampSchema } from '../messages/common.ts';
import { defineOperation } from '../operation.ts';
import { pageQuery } from './common.ts';
import { leadTimeSchema } from './request-shapes.ts';

/** What operators look at: what needs them, and where time goes. */

export const attentionSchema = z
  .object({
    kind: z.string().meta({ description: 'What is wrong, such as `task-silent` or `status-differs`.' }),
    subject: z.string().meta({
      description: 'The request, `<request>/<position>` for a task, or a part of the service.',
    }),
    requestId: z.uuid().nullable(),
    message: z.string(),
    advice: z.string().meta({ description: 'What to look at, and what to do.' }),
    since: timestampSchema.meta({ description: 'What the age is counted from.' }),
    ageSeconds: z.int().min(0),
    foundAt: timestampSchema,
  })
  .meta({ id: 'AttentionFinding' });

export type AttentionFinding = z.infer<typeof attentionSchema>;

export const listAttention = defineOperation({
  id: 'listAttention',
  service: 'request',
  method: 'GET',
  path: '/requests/attention',
  tag: 'requests',
  summary: 'What was silent for too long, and records that contradict each other, as found last; oldest first',
  query: z.strictObject(pageQuery),
  data: z.array(attentionSchema),
  paginated: true,
});

const distributionSchema = z
  .object({ p50: z.int(), p90: z.int(), mean: z.int() })
  .meta({ id: 'Distribution', description: 'Milliseconds.' });

const segmentNames = Object.keys(leadTimeSchema.shape) as (keyof typeof leadTimeSchema.shape)[];

export const leadTimeSummarySchema = z
  .object({
    key: z.string().meta({ description: 'The item or bundle, the team (empty: nobody’s), or the month it ended in.' }),
    count: z.int().min(1),
    ...(Object.fromEntries(segmentNames.map((name) => [name, distributionSchema])) as Record<
      keyof typeof leadTimeSchema.shape,
      typeof distributionSchema
    >),
  })
  .meta({ id: 'LeadTimeSummary' });

export type LeadTimeSummary = z.infer<typeof leadTimeSummarySchema>;

export const LEAD_TIME_GROUPS = ['item', 'team', 'month'] as const;

const moment = z.iso.datetime({ offset: true });

export const listLeadTimes = defineOperation({
  id: 'listLeadTimes',
  service: 'request',
  method: 'GET',
  path: '/analytics/lead-times',
  tag: 'requests',
  summary: 'How long requests took from submission to end, and where the time went; by group',
  query: z.strictObject({
    ...pageQuery,
    groupBy: z.enum(LEAD_TIME_GROUPS).default('item'),
    outcome: z.enum(['completed', 'aborted']).default('completed'),
    since: moment.optional().meta({ description: 'Ended then or later; 90 days ago when absent.' }),
    until: moment.optional().meta({ description: 'Ended before then.' }),
  }),
  data: z.array(leadTimeSummarySchema),
  paginated: true,
});

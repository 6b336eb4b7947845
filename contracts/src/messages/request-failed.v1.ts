import { z } from 'zod';
import { defineMessage } from '../envelope.ts';
import { catalogReferenceSchema, concernedTeams, failureSchema, timestampSchema } from './common.ts';
import { stuckReasonSchema } from './task-stuck.v1.ts';

export const requestFailedV1 = defineMessage({
  type: 'request-failed.v1',
  channel: 'request-events',
  producer: 'request',
  summary: 'A task of a request failed or is stuck; the request waits for a person.',
  data: z.object({
    requestId: z.uuid(),
    catalog: catalogReferenceSchema,
    name: z.string(),
    requestedBy: z.string(),
    teams: concernedTeams,
    task: z.object({
      id: z.uuid(),
      generation: z.int().min(1),
      actionId: z.string(),
      type: z.string(),
      position: z.int().min(1),
    }),
    failure: failureSchema,
    /** Present when nobody knows whether the effect happened, or the command could not be delivered. */
    stuck: stuckReasonSchema.optional(),
    completedTasks: z.int().min(0),
    totalTasks: z.int().min(1),
    failedAt: timestampSchema,
  }),
});

export type RequestFailedV1 = z.infer<typeof requestFailedV1.data>;

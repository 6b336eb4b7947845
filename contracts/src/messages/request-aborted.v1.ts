import { z } from 'zod';
import { defineMessage } from '../envelope.ts';
import { catalogReferenceSchema, concernedTeams, timestampSchema } from './common.ts';

export const requestAbortedV1 = defineMessage({
  type: 'request-aborted.v1',
  channel: 'request-events',
  producer: 'request',
  summary: 'A request was aborted, and whatever was under way then has ended: nothing of it starts any more.',
  data: z.object({
    requestId: z.uuid(),
    catalog: catalogReferenceSchema,
    name: z.string(),
    requestedBy: z.string(),
    teams: concernedTeams,
    completedTasks: z.int().min(0),
    totalTasks: z.int().min(1),
    abortedAt: timestampSchema,
  }),
});

export type RequestAbortedV1 = z.infer<typeof requestAbortedV1.data>;

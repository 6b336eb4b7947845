import { z } from 'zod';
import { defineMessage } from '../envelope.ts';
import { catalogReferenceSchema, concernedTeams, timestampSchema } from './common.ts';

export const requestCompletedV1 = defineMessage({
  type: 'request-completed.v1',
  channel: 'request-events',
  producer: 'request',
  summary: 'Every task of a request is completed.',
  data: z.object({
    requestId: z.uuid(),
    catalog: catalogReferenceSchema,
    name: z.string(),
    requestedBy: z.string(),
    teams: concernedTeams,
    submittedAt: timestampSchema,
    completedAt: timestampSchema,
  }),
});

export type RequestCompletedV1 = z.infer<typeof requestCompletedV1.data>;

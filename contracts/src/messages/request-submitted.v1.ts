import { z } from 'zod';
import { defineMessage } from '../envelope.ts';
import { catalogReferenceSchema } from './common.ts';

export const requestSubmittedV1 = defineMessage({
  type: 'request-submitted.v1',
  channel: 'request-events',
  producer: 'request',
  summary: 'A request was accepted and stored.',
  data: z.object({
    requestId: z.uuid(),
    submissionId: z.uuid(),
    catalog: catalogReferenceSchema,
    name: z.string(),
    requestedBy: z.string(),
    taskCount: z.int().min(0),
  }),
});

export type RequestSubmittedV1 = z.infer<typeof requestSubmittedV1.data>;

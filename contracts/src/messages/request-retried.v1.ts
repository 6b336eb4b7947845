import { z } from 'zod';
import { defineMessage } from '../envelope.ts';
import { catalogReferenceSchema, timestampSchema } from './common.ts';

export const requestRetriedV1 = defineMessage({
  type: 'request-retried.v1',
  channel: 'request-events',
  producer: 'request',
  summary: 'A person decided that the failed and stuck tasks of a request run again, each with its next generation.',
  data: z.object({
    requestId: z.uuid(),
    catalog: catalogReferenceSchema,
    name: z.string(),
    requestedBy: z.string(),
    decidedBy: z.string(),
    reason: z.string().optional(),
    tasks: z.array(z.object({ id: z.uuid(), generation: z.int().min(2) })),
    retriedAt: timestampSchema,
  }),
});

export type RequestRetriedV1 = z.infer<typeof requestRetriedV1.data>;

import { z } from 'zod';
import { defineMessage } from '../envelope.ts';
import { catalogReferenceSchema, timestampSchema } from './common.ts';

export const requestResumedV1 = defineMessage({
  type: 'request-resumed.v1',
  channel: 'request-events',
  producer: 'request',
  summary: 'A person gave what is left of an escalated request back to the automation: its open tickets are withdrawn.',
  data: z.object({
    requestId: z.uuid(),
    catalog: catalogReferenceSchema,
    name: z.string(),
    requestedBy: z.string(),
    decidedBy: z.string(),
    reason: z.string().optional(),
    /** The tasks that run by automation now, each with the generation it runs with: their tickets are of the one before. */
    tasks: z.array(z.object({ id: z.uuid(), generation: z.int().min(2) })),
    resumedAt: timestampSchema,
  }),
});

export type RequestResumedV1 = z.infer<typeof requestResumedV1.data>;

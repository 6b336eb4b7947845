import { z } from 'zod';
import { defineMessage } from '../envelope.ts';
import { timestampSchema } from './common.ts';

export const incidentOpenedV1 = defineMessage({
  type: 'incident-opened.v1',
  channel: 'escalation-events',
  producer: 'escalation',
  summary: 'A second request stopped for the same reason as one before: from now on they are shown as one incident.',
  data: z.object({
    incidentId: z.uuid(),
    title: z.string().min(1).max(1_000),
    catalogId: z.string().min(1).max(200),
    actionId: z.string().min(1).max(200),
    failureCode: z.string().min(1).max(200),
    /** Null where the failure does not say at which host it happened. */
    targetHost: z.string().max(255).nullable(),
    /** The request that made it an incident. */
    requestId: z.uuid(),
    firstAt: timestampSchema,
    openedAt: timestampSchema,
  }),
});

export type IncidentOpenedV1 = z.infer<typeof incidentOpenedV1.data>;

import { z } from 'zod';
import { defineMessage } from '../envelope.ts';
import { catalogReferenceSchema, timestampSchema } from './common.ts';

export const requestRollingBackV1 = defineMessage({
  type: 'request-rolling-back.v1',
  channel: 'request-events',
  producer: 'request',
  summary:
    'A person decided that what a failed request has done is undone. It ends with `request-aborted.v1`; an undo that fails, with another `request-failed.v1`.',
  data: z.object({
    requestId: z.uuid(),
    catalog: catalogReferenceSchema,
    name: z.string(),
    requestedBy: z.string(),
    decidedBy: z.string(),
    reason: z.string().optional(),
    /** In the order they run: the tasks that undo, each with the one it undoes. */
    tasks: z.array(z.object({ id: z.uuid(), undoes: z.uuid() })),
    decidedAt: timestampSchema,
  }),
});

export type RequestRollingBackV1 = z.infer<typeof requestRollingBackV1.data>;

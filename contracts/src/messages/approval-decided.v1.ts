import { z } from 'zod';
import { defineMessage } from '../envelope.ts';
import { approvalNoticeSchema } from './approval-requested.v1.ts';
import { timestampSchema } from './common.ts';

export const approvalDecidedV1 = defineMessage({
  type: 'approval-decided.v1',
  channel: 'request-events',
  producer: 'request',
  summary:
    'Somebody has approved or rejected, or the time for it is over. `state` tells whether the stage is over by that.',
  data: approvalNoticeSchema.extend({
    decision: z.enum(['approved', 'rejected', 'expired']),
    state: z.enum(['waiting', 'approved', 'rejected', 'expired']),
    /** Null: nobody did, its time is over. */
    decidedBy: z.string().nullable(),
    comment: z.string().optional(),
    decidedAt: timestampSchema,
  }),
});

export type ApprovalDecidedV1 = z.infer<typeof approvalDecidedV1.data>;

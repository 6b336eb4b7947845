import { z } from 'zod';
import { defineMessage } from '../envelope.ts';
import { catalogReferenceSchema, timestampSchema } from './common.ts';

/** What everybody who is told of an approval needs to know. */
export const approvalNoticeSchema = z.object({
  requestId: z.uuid(),
  approvalId: z.uuid(),
  /** Its id in the document. */
  approval: z.string(),
  stage: z.int().min(1),
  stages: z.int().min(1),
  component: z.string().nullable(),
  catalog: catalogReferenceSchema,
  name: z.string(),
  requestedBy: z.string(),
  approvers: z.object({ teams: z.array(z.string()), users: z.array(z.string()) }),
  minimum: z.int().min(1),
  given: z.int().min(0),
  /** What is approved: SHA-256 of the plan, hexadecimal. */
  planDigest: z.string().regex(/^[0-9a-f]{64}$/),
  expiresAt: timestampSchema,
});

export const approvalRequestedV1 = defineMessage({
  type: 'approval-requested.v1',
  channel: 'request-events',
  producer: 'request',
  summary:
    'A stage of the approvals of a request has opened: nothing of the request is carried out before it is given.',
  data: approvalNoticeSchema.extend({ requestedAt: timestampSchema }),
});

export type ApprovalRequestedV1 = z.infer<typeof approvalRequestedV1.data>;

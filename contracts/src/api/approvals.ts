import { z } from 'zod';
import { timestampSchema } from '../messages/common.ts';
import { defineOperation } from '../operation.ts';
import { approvalStageSchema, COMMENT_LIMIT, requestApprovalSchema } from './approval-stages.ts';
import { pageQuery } from './common.ts';
import { planDigestSchema, requestStatusSchema } from './request-shapes.ts';

/** What people have to agree to before anything of a request is carried out. */

export const approvalSchema = requestApprovalSchema
  .extend({
    requestId: z.uuid(),
    requestName: z.string(),
    requestStatus: requestStatusSchema,
    requestedBy: z.string(),
    requestedAt: timestampSchema,
    requestCatalogId: z.string(),
    requestCatalogVersion: z.string(),
    stages: z.int().min(1).meta({ description: 'How many stages the request has.' }),
    planDigest: planDigestSchema,
    mayDecide: z.boolean().meta({ description: 'Whether the caller may decide about it now.' }),
  })
  .meta({ id: 'Approval' });

export type Approval = z.infer<typeof approvalSchema>;

const byId = z.strictObject({ id: z.uuid() });

export const listApprovals = defineOperation({
  id: 'listApprovals',
  service: 'request',
  method: 'GET',
  path: '/approvals',
  tag: 'approvals',
  summary: 'Approvals, newest first: by default those that wait for the caller',
  query: z.strictObject({
    ...pageQuery,
    scope: z.enum(['mine', 'all', 'requested-by-me']).default('mine').meta({
      description: '`mine`: those the caller may decide about, or could have. `requested-by-me`: of own requests.',
    }),
    status: approvalStageSchema.shape.state
      .extract(['waiting', 'approved', 'rejected', 'expired'])
      .optional()
      .meta({ description: 'Absent: with `scope=mine` those that wait, else all.' }),
  }),
  data: z.array(approvalSchema),
  paginated: true,
});

export const getApproval = defineOperation({
  id: 'getApproval',
  service: 'request',
  method: 'GET',
  path: '/approvals/{id}',
  tag: 'approvals',
  summary: 'One approval, with who may decide and who has',
  params: byId,
  data: approvalSchema,
});

const commentSchema = z.string().trim().min(1).max(COMMENT_LIMIT);

const planDigest = planDigestSchema
  .optional()
  .meta({ description: 'Of the plan that was looked at: another plan than that is refused with `PLAN_CHANGED`.' });

export const giveApproval = defineOperation({
  id: 'giveApproval',
  service: 'request',
  method: 'POST',
  path: '/approvals/{id}/approve',
  tag: 'approvals',
  summary: 'Approve; with the last approval of the last stage the request begins',
  params: byId,
  body: z.strictObject({
    comment: commentSchema.optional().meta({ description: 'Kept in the audit.' }),
    planDigest,
  }),
  status: 202,
  data: approvalSchema,
  idempotent: true,
});

export const rejectApproval = defineOperation({
  id: 'rejectApproval',
  service: 'request',
  method: 'POST',
  path: '/approvals/{id}/reject',
  tag: 'approvals',
  summary: 'Reject: the request ends, and nothing of it is carried out',
  params: byId,
  body: z.strictObject({ comment: commentSchema.meta({ description: 'Why; kept in the audit.' }), planDigest }),
  status: 202,
  data: approvalSchema,
  idempotent: true,
});

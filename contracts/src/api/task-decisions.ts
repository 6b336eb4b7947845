import { z } from 'zod';
import { defineOperation } from '../operation.ts';
import { decidedRequestSchema, decisionBody, REASON_LIMIT } from './decisions.ts';

export const decideTask = defineOperation({
  id: 'decideTask',
  service: 'request',
  method: 'POST',
  path: '/requests/{id}/tasks/{taskId}/decision',
  tag: 'approvals',
  summary:
    'Let a task do what it would do, which its `waitingFor.details` show, or refuse it; not by who asked for the request',
  params: z.strictObject({ id: z.uuid(), taskId: z.uuid() }),
  body: z.strictObject({
    ...decisionBody,
    approved: z.boolean(),
    reason: z.string().trim().min(1).max(REASON_LIMIT).optional().meta({ description: 'Why; kept in the audit.' }),
  }),
  status: 202,
  data: decidedRequestSchema,
  idempotent: true,
});

import { z } from 'zod';
import { failureSchema, timestampSchema } from '../messages/common.ts';
import { stuckReasonSchema } from '../messages/task-stuck.v1.ts';
import { defineOperation } from '../operation.ts';
import { pageQuery } from './common.ts';

/** A request that stopped and waits for a person. */
export const escalationSchema = z.object({
  id: z.uuid(),
  requestId: z.uuid(),
  status: z.enum(['open', 'closed']),
  catalogId: z.string(),
  name: z.string(),
  requestedBy: z.string(),
  task: z.object({ id: z.uuid(), generation: z.int(), actionId: z.string(), type: z.string(), position: z.int() }),
  failure: failureSchema,
  stuck: stuckReasonSchema.nullable(),
  completedTasks: z.int(),
  totalTasks: z.int(),
  failedAt: timestampSchema,
});

export type Escalation = z.infer<typeof escalationSchema>;

export const listEscalations = defineOperation({
  id: 'listEscalations',
  service: 'escalation',
  method: 'GET',
  path: '/escalations',
  tag: 'escalations',
  summary: 'Requests that stopped and wait for a person, newest first',
  query: z.strictObject({
    ...pageQuery,
    status: z.enum(['open', 'closed']).optional(),
    requestId: z.uuid().optional(),
  }),
  data: z.array(escalationSchema),
  paginated: true,
});

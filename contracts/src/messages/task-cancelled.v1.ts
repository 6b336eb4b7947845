import type { z } from 'zod';
import { defineMessage } from '../envelope.ts';
import { taskReferenceSchema, timestampSchema } from './common.ts';

export const taskCancelledV1 = defineMessage({
  type: 'task-cancelled.v1',
  channel: 'task-events',
  producer: 'executor',
  summary: 'A generation of a task had not started when cancel-task.v1 came, and never will.',
  data: taskReferenceSchema.extend({ cancelledAt: timestampSchema }),
});

export type TaskCancelledV1 = z.infer<typeof taskCancelledV1.data>;

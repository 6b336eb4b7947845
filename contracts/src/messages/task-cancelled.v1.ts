import { z } from 'zod';
import { defineMessage } from '../envelope.ts';
import { taskReferenceSchema, timestampSchema } from './common.ts';

export const taskCancelledV1 = defineMessage({
  type: 'task-cancelled.v1',
  channel: 'task-events',
  producer: 'executor',
  summary: 'A generation of a task will not go on after cancel-task.v1: it had not started, or it was parked.',
  data: taskReferenceSchema.extend({
    cancelledAt: timestampSchema,
    parked: z
      .boolean()
      .optional()
      .meta({ description: 'Set when it had begun and was waiting: what it had done until then stands.' }),
  }),
});

export type TaskCancelledV1 = z.infer<typeof taskCancelledV1.data>;

import { z } from 'zod';
import { defineMessage } from '../envelope.ts';
import { taskReferenceSchema } from './common.ts';

export const cancelTaskV1 = defineMessage({
  type: 'cancel-task.v1',
  channel: 'tasks',
  producer: 'request',
  summary:
    'Do not start this generation of a task any more: its request is being aborted. What has started is not stopped, and tells its end as always.',
  data: taskReferenceSchema.extend({
    /** The type of the action that execute-task.v1 named. */
    actionType: z.string().min(1),
  }),
});

export type CancelTaskV1 = z.infer<typeof cancelTaskV1.data>;

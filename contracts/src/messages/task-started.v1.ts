import type { z } from 'zod';
import { defineMessage } from '../envelope.ts';
import { taskReferenceSchema, timestampSchema } from './common.ts';
import { completedBeforeSchema } from './completed-before.ts';

export const taskStartedV1 = defineMessage({
  type: 'task-started.v1',
  channel: 'task-events',
  producer: 'executor',
  summary:
    'A task has been under way for a moment. Not sent for a task that ends at once: its end says when it started.',
  data: taskReferenceSchema.extend({ startedAt: timestampSchema, completedBefore: completedBeforeSchema }),
});

export type TaskStartedV1 = z.infer<typeof taskStartedV1.data>;

import type { z } from 'zod';
import { defineMessage } from '../envelope.ts';
import { taskReferenceSchema } from './common.ts';
import { completedBeforeSchema, successShape } from './completed-before.ts';

export const taskSucceededV1 = defineMessage({
  type: 'task-succeeded.v1',
  channel: 'task-events',
  producer: 'executor',
  summary: 'The effect of a task is done and recorded; later tasks read its outputs.',
  data: taskReferenceSchema.extend({ ...successShape, completedBefore: completedBeforeSchema }),
});

export type TaskSucceededV1 = z.infer<typeof taskSucceededV1.data>;

import type { z } from 'zod';
import { defineMessage } from '../envelope.ts';
import { failureSchema, taskReferenceSchema, timestampSchema } from './common.ts';
import { completedBeforeSchema } from './completed-before.ts';
import { resultLogSchema } from './task-log.ts';

export const taskFailedV1 = defineMessage({
  type: 'task-failed.v1',
  channel: 'task-events',
  producer: 'executor',
  summary: 'A task failed for certain: its effect did not happen. A person decides what comes next.',
  data: taskReferenceSchema.extend({
    failure: failureSchema,
    startedAt: timestampSchema,
    finishedAt: timestampSchema,
    log: resultLogSchema,
    completedBefore: completedBeforeSchema,
  }),
});

export type TaskFailedV1 = z.infer<typeof taskFailedV1.data>;

import { z } from 'zod';
import { defineMessage } from '../envelope.ts';
import { EXTERNAL_REF_LIMIT, jsonObjectSchema, taskReferenceSchema, timestampSchema } from './common.ts';
import { resultLogSchema } from './task-log.ts';

export const taskSucceededV1 = defineMessage({
  type: 'task-succeeded.v1',
  channel: 'task-events',
  producer: 'executor',
  summary: 'The effect of a task is done and recorded; later tasks read its outputs.',
  data: taskReferenceSchema.extend({
    outputs: jsonObjectSchema,
    externalRef: z.string().min(1).max(EXTERNAL_REF_LIMIT).optional().meta({
      description: 'How the target calls what was made; whoever undoes it is told.',
    }),
    startedAt: timestampSchema,
    finishedAt: timestampSchema,
    log: resultLogSchema,
  }),
});

export type TaskSucceededV1 = z.infer<typeof taskSucceededV1.data>;

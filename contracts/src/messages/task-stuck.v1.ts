import { z } from 'zod';
import { defineMessage } from '../envelope.ts';
import { failureSchema, taskReferenceSchema, timestampSchema } from './common.ts';
import { completedBeforeSchema } from './completed-before.ts';
import { resultLogSchema } from './task-log.ts';

export const stuckReasonSchema = z.enum(['outcome-unknown', 'delivery-limit']);

export const taskStuckV1 = defineMessage({
  type: 'task-stuck.v1',
  channel: 'task-events',
  producer: 'executor',
  summary:
    'Nobody knows whether the effect happened (outcome-unknown), or the command came back too often (delivery-limit). No machine runs it again.',
  data: taskReferenceSchema.extend({
    reason: stuckReasonSchema,
    failure: failureSchema,
    startedAt: timestampSchema.optional(),
    detectedAt: timestampSchema,
    log: resultLogSchema,
    completedBefore: completedBeforeSchema,
  }),
});

export type TaskStuckV1 = z.infer<typeof taskStuckV1.data>;

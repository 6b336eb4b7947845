import { z } from 'zod';
import { defineMessage } from '../envelope.ts';
import { jsonSchema, taskReferenceSchema, timestampSchema } from './common.ts';

/** Bytes of JSON text that a callback may bring. */
export const MAX_CALLBACK_BYTES = 65_536;

const answerSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('callback'),
    /** What was sent to the callback URL: JSON, or null for an empty body. */
    body: jsonSchema,
    receivedAt: timestampSchema,
  }),
  z.object({
    kind: z.literal('approval'),
    approved: z.boolean(),
    /** Who decided, for people. */
    by: z.string().min(1).max(200),
    reason: z.string().max(2_000).optional(),
    decidedAt: timestampSchema,
  }),
]);

export const resumeTaskV1 = defineMessage({
  type: 'resume-task.v1',
  channel: 'tasks',
  producer: 'request',
  summary:
    'What a waiting task waits for has come: a callback, or what a person decided of its plan. A task that does not wait for it drops it.',
  data: taskReferenceSchema.extend({
    /** The type of the action that execute-task.v1 named. */
    actionType: z.string().min(1),
    answer: answerSchema,
  }),
});

export type ResumeTaskV1 = z.infer<typeof resumeTaskV1.data>;

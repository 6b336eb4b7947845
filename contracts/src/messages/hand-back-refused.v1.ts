import { z } from 'zod';
import { defineMessage } from '../envelope.ts';
import { taskReferenceSchema, timestampSchema } from './common.ts';

export const handBackRefusedV1 = defineMessage({
  type: 'hand-back-refused.v1',
  channel: 'request-events',
  producer: 'request',
  summary: 'A ticket was closed as done, but what it hands back is not what later tasks need: the task still waits.',
  data: taskReferenceSchema.extend({
    key: z.string().min(1).max(200).optional(),
    problems: z
      .array(
        z.object({
          /** `outputs.<name>`, or `outputs`. */
          field: z.string(),
          issue: z.string(),
        }),
      )
      .min(1),
    refusedAt: timestampSchema,
  }),
});

export type HandBackRefusedV1 = z.infer<typeof handBackRefusedV1.data>;

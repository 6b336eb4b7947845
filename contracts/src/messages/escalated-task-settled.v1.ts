import { z } from 'zod';
import { defineMessage } from '../envelope.ts';
import { taskReferenceSchema, timestampSchema } from './common.ts';

export const escalatedTaskSettledV1 = defineMessage({
  type: 'escalated-task-settled.v1',
  channel: 'request-events',
  producer: 'request',
  summary:
    'A task that people had is completed, escalated or by design theirs: nobody has to work on its ticket any more.',
  data: taskReferenceSchema.extend({
    /** By a late result of the automation, by a person who typed its outputs in, or by its ticket. */
    by: z.enum(['automation', 'person', 'ticket']),
    /** Who did, where a person did. */
    settledBy: z.string().optional(),
    settledAt: timestampSchema,
  }),
});

export type EscalatedTaskSettledV1 = z.infer<typeof escalatedTaskSettledV1.data>;

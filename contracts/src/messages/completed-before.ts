import { z } from 'zod';
import { EXTERNAL_REF_LIMIT, jsonObjectSchema, timestampSchema } from './common.ts';
import { resultLogSchema } from './task-log.ts';

/** How a task succeeded. */
export const successShape = {
  outputs: jsonObjectSchema,
  externalRef: z.string().min(1).max(EXTERNAL_REF_LIMIT).optional().meta({
    description: 'How the target calls what was made; whoever undoes it is told.',
  }),
  startedAt: timestampSchema,
  finishedAt: timestampSchema,
  log: resultLogSchema,
};

const completedTaskSchema = z.object({ taskId: z.uuid(), generation: z.int().min(1), ...successShape });

/** A task that succeeded right before the one that a message is about. */
export type CompletedTask = z.input<typeof completedTaskSchema>;

export const completedBeforeSchema = z.array(completedTaskSchema).optional().meta({
  description:
    'The tasks of the same command that were completed before this one, in order; no message has told of them, or not for certain.',
});

import { z } from 'zod';
import { timestampSchema } from '../messages/common.ts';
import { actionTypeSchema } from '../messages/executor-announced.v1.ts';
import { defineOperation } from '../operation.ts';

/** Who carries out what: pools of executors, and the types of actions they have announced. */

export const executorPoolSchema = z
  .object({
    pool: z.string(),
    silent: z.boolean().meta({ description: 'No executor of it has announced itself for five minutes.' }),
    lastSeenAt: timestampSchema.nullable().meta({ description: 'Null: none ever has.' }),
    hasQueue: z.boolean().meta({
      description: 'Whether the pool is among `PAO_EXECUTOR_POOLS`; where it is not, commands for it wait.',
    }),
    instances: z.array(z.object({ instance: z.string(), lastSeenAt: timestampSchema })).meta({
      description: 'Those that run, as far as is known.',
    }),
    queued: z.int().min(0).meta({ description: 'Tasks of the tenant that wait for an executor of it.' }),
    actionTypes: z.array(actionTypeSchema),
  })
  .meta({ id: 'ExecutorPool' });

export type ExecutorPool = z.infer<typeof executorPoolSchema>;

export const listExecutors = defineOperation({
  id: 'listExecutors',
  service: 'request',
  method: 'GET',
  path: '/executors',
  tag: 'system',
  summary: 'Pools of executors: who runs, what they can do, and which are silent',
  data: z.array(executorPoolSchema),
});

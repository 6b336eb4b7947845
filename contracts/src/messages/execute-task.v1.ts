import { z } from 'zod';
import { defineMessage } from '../envelope.ts';
import { catalogReferenceSchema, EXTERNAL_REF_LIMIT, jsonObjectSchema, taskReferenceSchema } from './common.ts';

/** Limits of an action's `timeout`, in seconds. */
export const ACTION_TIMEOUT = { default: 30, min: 1, max: 3_600 } as const;

/** The task whose effect is to be undone, as it was completed. */
const rollbackOfSchema = z.object({
  taskId: z.uuid(),
  generation: z.int().min(1),
  outputs: jsonObjectSchema,
  externalRef: z.string().min(1).max(EXTERNAL_REF_LIMIT).optional().meta({
    description: 'How the target calls what was made, where the executor told.',
  }),
});

const actionSchema = z.object({
  type: z.string().min(1),
  id: z.string().min(1),
  name: z.string().optional(),
  config: jsonObjectSchema.meta({ description: 'Empty when there is a `sealedConfig`.' }),
  sealedConfig: z.string().min(1).optional().meta({
    description:
      'In place of `config` when it holds a secret of the request: who has the data keys opens it, anybody else must fail the task.',
  }),
  /** Output name to JMESPath over the action's result. */
  outputs: z.record(z.string(), z.string()),
  timeoutSeconds: z.int().min(ACTION_TIMEOUT.min).max(ACTION_TIMEOUT.max),
  /** The document's promise that the target honours the Idempotency-Key: an unknown outcome may be sent again. */
  idempotent: z.boolean(),
  rollbackOf: rollbackOfSchema.optional().meta({
    description:
      'Present when the action is to be undone by its own type, with the configuration it had, instead of carried out: a person rolls its request back. A type that cannot must fail the task.',
  }),
});

/** Tasks that one command may bring beside its own. */
export const MAX_FOLLOW_UPS = 9;

const followUpSchema = z.object({
  taskId: z.uuid(),
  generation: z.int().min(1),
  catalog: catalogReferenceSchema,
  action: actionSchema,
});

export const executeTaskV1 = defineMessage({
  type: 'execute-task.v1',
  channel: 'tasks',
  producer: 'request',
  summary: 'Carry out one task. Sent when every task it depends on is completed; its configuration is fully rendered.',
  data: taskReferenceSchema.extend({
    catalog: catalogReferenceSchema,
    action: actionSchema,
    callbackUrl: z.url().optional().meta({
      description:
        'Where this generation of the task may be answered, once; it needs no other proof. Only for actions that wait for it.',
    }),
    followUps: z.array(followUpSchema).max(MAX_FOLLOW_UPS).optional().meta({
      description:
        'The tasks behind it that need nothing of what it gives, in order. Who has completed the task may begin with the first of them at once, and so on, for as long as nothing was told of this command; the message that is told then says all that was completed. Nobody has to: what was not begun comes in a command of its own.',
    }),
  }),
});

/** What a `sealedConfig` is bound to beside tenant and request: one attempt, so that it opens for no other. */
export const sealedConfigPlace = (taskId: string, generation: number): string => `task.${taskId}.${generation}`;

export type ExecuteTaskV1 = z.infer<typeof executeTaskV1.data>;

import { z } from 'zod';
import { defineMessage } from '../envelope.ts';
import { jsonObjectSchema, timestampSchema } from './common.ts';

/** An executor that has not announced itself for so long is silent. It announces itself at its start and every minute. */
export const POOL_SILENT_AFTER_MS = 300_000;

/** How an effect of this type is kept from happening twice beside the ledger. */
export const IDEMPOTENCY = ['none', 'key', 'probe', 'natural'] as const;

/** One type of action, as its executor tells of it. */
export const actionTypeSchema = z.object({
  type: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/),
  /** Semantic version of the action type. */
  version: z.string().min(1).max(50),
  summary: z.string().max(500),
  /** `key`: the target knows the attempt's name; `probe`: it can be looked for; `natural`: twice is the same as once. */
  idempotency: z.enum(IDEMPOTENCY),
  /** JSON Schema 2020-12 of `config`: documents are validated against it. */
  configSchema: jsonObjectSchema,
  /** Outputs that it offers. */
  outputs: z.array(z.string().min(1).max(100)).max(100),
  /** What a plan says of it, with `{{config.path}}` for values: `Creates the record {{config.name}}`. */
  plan: z.string().max(1_000).optional(),
  /** Members of `config` that may hold a secret of the request. */
  secretMembers: z.array(z.string().min(1).max(100)).max(100),
  /** Whether it can be undone by a rollback. */
  canRollBack: z.boolean(),
  /** Markdown. */
  documentation: z.string().max(20_000).optional(),
});

export type AnnouncedActionType = z.infer<typeof actionTypeSchema>;

export const executorAnnouncedV1 = defineMessage({
  type: 'executor-announced.v1',
  channel: 'task-events',
  producer: 'executor',
  summary: 'An executor of a pool runs, and serves these types of actions. Its subject and group are the pool.',
  data: z.object({
    pool: z.string().regex(/^[a-z0-9-]{1,40}$/),
    /** Among the executors of the pool. */
    instance: z.string().min(1).max(200),
    actionTypes: z.array(actionTypeSchema).max(100),
    announcedAt: timestampSchema,
    /** Set in the last announcement of an executor that stops. */
    stopping: z.boolean().optional(),
  }),
});

export type ExecutorAnnouncedV1 = z.infer<typeof executorAnnouncedV1.data>;

import { z } from 'zod';
import { defineMessage } from '../envelope.ts';
import { jsonObjectSchema, taskReferenceSchema, timestampSchema } from './common.ts';
import { resultLogSchema } from './task-log.ts';
import { ticketShape } from './ticket-opened.v1.ts';

/** What a task waits for, outside of every service of ours. */
const waitingForSchema = z.object({
  kind: z.literal('ticket'),
  /** `jira`. */
  system: z.string().min(1).max(50),
  /** The name that documents have for the site. */
  instance: z.string().min(1).max(200),
  ...ticketShape,
  /** The ticket system's own id, which stays the same when the ticket is moved. */
  id: z.string().min(1).max(200),
  /** Output name to the ticket's field that has it once it is closed. */
  fields: z.record(z.string(), z.string()),
});

export const taskWaitingV1 = defineMessage({
  type: 'task-waiting.v1',
  channel: 'task-events',
  producer: 'executor',
  summary:
    'The executor has done its part and is not at the task any more: people have to resolve the ticket that it created. No worker waits.',
  data: taskReferenceSchema.extend({
    waitingFor: waitingForSchema,
    /** What is known already; the rest is handed back with the ticket. */
    outputs: jsonObjectSchema,
    startedAt: timestampSchema,
    since: timestampSchema,
    log: resultLogSchema,
  }),
});

export type TaskWaitingV1 = z.infer<typeof taskWaitingV1.data>;

import { z } from 'zod';
import { defineMessage } from '../envelope.ts';
import { taskReferenceSchema, timestampSchema } from './common.ts';
import { ticketShape } from './ticket-opened.v1.ts';

const ticketOfTask = z.object({
  taskId: z.uuid(),
  generation: z.int().min(1),
  /** The name that documents have for the Jira site. */
  instance: z.string().min(1).max(200),
  ...ticketShape,
});

export const taskTicketedV1 = defineMessage({
  type: 'task-ticketed.v1',
  channel: 'request-events',
  producer: 'request',
  summary:
    'A task has the Jira ticket that its own action created. Says which tickets of the same bundle come before it, and, again while it waits, whether it does.',
  data: taskReferenceSchema.extend({
    ...ticketOfTask.shape,
    /** Whether the task waits until people have resolved it. */
    waits: z.boolean(),
    /** Output name to the ticket's field that has it once it is closed. */
    fields: z.record(z.string(), z.string()),
    /** The type of links that the bundle asks for; absent: the configured one. */
    linkType: z.string().min(1).optional(),
    /** Tickets of tasks that it depends on. */
    after: z.array(ticketOfTask).max(1_000),
    toldAt: timestampSchema,
  }),
});

export type TaskTicketedV1 = z.infer<typeof taskTicketedV1.data>;

import { z } from 'zod';
import { defineMessage } from '../envelope.ts';
import { jsonObjectSchema, taskReferenceSchema, timestampSchema } from './common.ts';
import { ticketShape } from './ticket-opened.v1.ts';

export const ticketResolvedV1 = defineMessage({
  type: 'ticket-resolved.v1',
  channel: 'escalation-events',
  producer: 'escalation',
  summary:
    'A person closed the ticket of a task that people do: it is done, with these outputs, or it will not be done.',
  data: taskReferenceSchema.extend({
    ...ticketShape,
    outcome: z.enum(['done', 'declined']),
    /** What the ticket system calls it. */
    resolution: z.string().max(200),
    /** What the person says the task gave; nothing of it is checked yet. */
    outputs: jsonObjectSchema,
    note: z.string().max(4_000).optional(),
    /** An e-mail address, or the name that the ticket system shows. */
    resolvedBy: z.string().min(1).max(320),
    resolvedAt: timestampSchema,
  }),
});

export type TicketResolvedV1 = z.infer<typeof ticketResolvedV1.data>;

import { z } from 'zod';
import { defineMessage } from '../envelope.ts';
import { taskReferenceSchema, timestampSchema } from './common.ts';

/** A ticket as other services know it. */
export const ticketShape = { key: z.string().min(1).max(200), url: z.string().min(1).max(2_000) };

export const ticketOpenedV1 = defineMessage({
  type: 'ticket-opened.v1',
  channel: 'escalation-events',
  producer: 'escalation',
  summary:
    'A task got its ticket later than the others of its escalated request; or it still has it, which is told every six hours, since the word that nobody needs it may have been lost.',
  data: taskReferenceSchema.extend({ round: z.int().min(1), ...ticketShape, openedAt: timestampSchema }),
});

export type TicketOpenedV1 = z.infer<typeof ticketOpenedV1.data>;

import { z } from 'zod';
import { defineMessage } from '../envelope.ts';
import { timestampSchema } from './common.ts';

export const escalationOpenedV1 = defineMessage({
  type: 'escalation-opened.v1',
  channel: 'escalation-events',
  producer: 'escalation',
  summary: 'Every task of an escalated request that people have to do has its ticket, or it is known why it has none.',
  data: z.object({
    requestId: z.uuid(),
    round: z.int().min(1),
    tickets: z.array(
      z.object({
        taskId: z.uuid(),
        generation: z.int().min(1),
        /** Null, as `url`: there is no ticket (yet); `problem` says why. */
        key: z.string().min(1).max(200).nullable(),
        url: z.string().min(1).max(2_000).nullable(),
        problem: z.string().max(2_000).optional(),
      }),
    ),
    openedAt: timestampSchema,
  }),
});

export type EscalationOpenedV1 = z.infer<typeof escalationOpenedV1.data>;

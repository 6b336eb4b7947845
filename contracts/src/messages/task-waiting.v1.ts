import { z } from 'zod';
import { defineMessage } from '../envelope.ts';
import { jsonObjectSchema, taskReferenceSchema, timestampSchema } from './common.ts';
import { completedBeforeSchema } from './completed-before.ts';
import { resultLogSchema } from './task-log.ts';
import { ticketShape } from './ticket-opened.v1.ts';

/** What everything but a ticket says of itself. */
const outside = {
  /** For people: `the run of deploy.yml in acme/infra`. */
  what: z.string().min(1).max(500),
  /** Where people can look at it. */
  url: z.string().min(1).max(2_000).optional(),
  /** When the executor gives up. */
  until: timestampSchema,
};

const ticketSchema = z.object({
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

/** What a task waits for, outside of every service of ours. */
const waitingForSchema = z.discriminatedUnion('kind', [
  ticketSchema,
  /** The executor looks again from time to time. */
  z.object({ kind: z.literal('check'), ...outside }),
  /** Somebody calls the callback URL: resume-task.v1 brings what they said. */
  z.object({ kind: z.literal('callback'), ...outside }),
  /** A person looks at what would be done and decides: resume-task.v1 brings the decision. */
  z.object({
    kind: z.literal('approval'),
    ...outside,
    /** What would be done, as plain text. */
    details: z.string().max(60_000),
  }),
]);

export const taskWaitingV1 = defineMessage({
  type: 'task-waiting.v1',
  channel: 'task-events',
  producer: 'executor',
  summary:
    'A task is parked on something outside, and no worker waits: a ticket that people resolve and that is handed back, or a run, a callback or a decision after which the executor goes on by itself.',
  data: taskReferenceSchema.extend({
    waitingFor: waitingForSchema,
    /** What is known already; the rest is handed back with the ticket. */
    outputs: jsonObjectSchema,
    startedAt: timestampSchema,
    since: timestampSchema,
    log: resultLogSchema,
    completedBefore: completedBeforeSchema,
  }),
});

export type TaskWaitingV1 = z.infer<typeof taskWaitingV1.data>;

/** A task that waits for a ticket. */
export type TaskWaitingForTicket = TaskWaitingV1 & {
  readonly waitingFor: Extract<TaskWaitingV1['waitingFor'], { kind: 'ticket' }>;
};

export const waitsForTicket = (data: TaskWaitingV1): data is TaskWaitingForTicket => data.waitingFor.kind === 'ticket';

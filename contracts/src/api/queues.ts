import { z } from 'zod';
import { timestampSchema } from '../messages/common.ts';
import { defineOperation } from '../operation.ts';
import { pageQuery } from './common.ts';

/** What operators see and do of the bus: how full its queues are, and the messages that nobody could handle. */

export const MAX_REDRIVES = 500;

const queueStatsSchema = z
  .object({
    queue: z.string(),
    kind: z.enum(['pool', 'inbox']),
    waiting: z.int().nullable().meta({ description: 'Visible. `null` where the queue could not be asked just now.' }),
    inFlight: z.int().nullable().meta({ description: 'Received by somebody who has not answered yet.' }),
    delayed: z.int().nullable(),
    oldestSecondsAtMost: z.int().nullable().meta({
      description:
        'No message can be older: the queue was seen empty then. `null` when it was not seen empty within the samples that are kept.',
    }),
    perMinute: z.object({
      net: z.number().nullable().meta({ description: 'How fast it fills (or, below 0, empties), from our samples.' }),
      parked: z.number().meta({ description: 'Messages that became dead letters.' }),
    }),
    consumers: z.null().meta({ description: 'SQS does not know who receives.' }),
    deadLetters: z.object({
      waiting: z.int().nullable().meta({ description: 'Still in the dead-letter queue.' }),
      parked: z.int().meta({ description: 'Of this tenant, waiting for somebody.' }),
    }),
  })
  .meta({ id: 'QueueStats' });

export type QueueStats = z.infer<typeof queueStatsSchema>;

export const getQueueStats = defineOperation({
  id: 'getQueueStats',
  service: 'escalation',
  method: 'GET',
  path: '/queue/stats',
  tag: 'queues',
  summary: 'How full each queue is, and how that changes',
  data: z.object({
    at: timestampSchema,
    windowSeconds: z.int().meta({ description: 'What rates are taken from.' }),
    outbox: z.object({ waiting: z.int(), oldestSeconds: z.int() }).meta({
      description: 'Messages of the escalation service that the bus has not taken yet.',
    }),
    queues: z.array(queueStatsSchema),
  }),
});

const letterState = z.enum(['parked', 'redriven', 'discarded']);

export const deadLetterSchema = z
  .object({
    id: z.uuid(),
    queue: z.string().meta({ description: 'The queue it came from, and goes back to.' }),
    type: z.string(),
    messageGroupId: z.string(),
    requestId: z.uuid().nullable(),
    taskId: z.uuid().nullable(),
    generation: z.int().nullable(),
    eventId: z.uuid().nullable(),
    correlationId: z.string().nullable(),
    traceId: z.string().nullable(),
    reason: z.string().meta({ description: 'What is known of why nobody could handle it.' }),
    bytes: z.int(),
    receiveCount: z.int().meta({ description: 'Deliveries, as far as the bus still knows.' }),
    sentAt: timestampSchema,
    parkedAt: timestampSchema,
    status: letterState,
    /** Why it can't go back, or not without more; absent: it can. */
    obstacle: z.object({ kind: z.string(), message: z.string() }).optional(),
  })
  .meta({ id: 'DeadLetter' });

export type DeadLetter = z.infer<typeof deadLetterSchema>;

const letterFilters = {
  queue: z.string().min(1).max(80).optional(),
  type: z.string().min(1).max(256).optional(),
  requestId: z.uuid().optional(),
  since: z.iso.datetime({ offset: true }).optional().meta({ description: 'Parked then or later.' }),
};

export const listDeadLetters = defineOperation({
  id: 'listDeadLetters',
  service: 'escalation',
  method: 'GET',
  path: '/queue/dlq/messages',
  tag: 'queues',
  summary: 'Messages that nobody could handle, oldest first',
  query: z.strictObject({ ...pageQuery, ...letterFilters, status: letterState.default('parked') }),
  data: z.array(deadLetterSchema),
  paginated: true,
});

export const deadLetterDetailsSchema = deadLetterSchema
  .extend({
    deduplicationId: z.string(),
    messageId: z.string(),
    body: z.string().meta({ description: 'At most 65,536 characters of it; NUL and half characters are replaced.' }),
    bodyTruncated: z.boolean(),
    history: z.array(
      z.object({
        at: timestampSchema,
        change: z.enum(['parked', 'redriven', 'discarded']),
        by: z.string().nullable().meta({ description: '`null`: PAO itself.' }),
        reason: z.string().nullable(),
        acknowledgedUnknown: z.boolean(),
      }),
    ),
    sameEvent: z.array(z.uuid()).meta({ description: 'Other dead letters of this event in this queue.' }),
  })
  .meta({ id: 'DeadLetterDetails' });

export type DeadLetterDetails = z.infer<typeof deadLetterDetailsSchema>;

const byId = z.strictObject({ id: z.uuid() });

export const getDeadLetter = defineOperation({
  id: 'getDeadLetter',
  service: 'escalation',
  method: 'GET',
  path: '/queue/dlq/{id}',
  tag: 'queues',
  summary: 'One dead letter, its text and what was done with it',
  params: byId,
  data: deadLetterDetailsSchema,
});

const reason = z.string().trim().min(1).max(500);

const acknowledgeUnknown = z.boolean().optional().meta({
  description:
    'Also a task that was reported as stuck since. The executor’s ledger keeps what has begun from being done again.',
});

export const redriveDeadLetter = defineOperation({
  id: 'redriveDeadLetter',
  service: 'escalation',
  method: 'POST',
  path: '/queue/dlq/{id}/redrive',
  tag: 'queues',
  summary: 'Send a dead letter to its queue again, once',
  params: byId,
  body: z.strictObject({ reason: reason.optional(), acknowledgeUnknown }),
  status: 202,
  data: deadLetterSchema,
});

export const redriveDeadLetters = defineOperation({
  id: 'redriveDeadLetters',
  service: 'escalation',
  method: 'POST',
  path: '/queue/dlq/redrive',
  tag: 'queues',
  summary: 'Send many dead letters to their queues again, oldest first, or show what that would do',
  body: z
    .strictObject({
      ...letterFilters,
      all: z.literal(true).optional().meta({ description: 'In place of a filter.' }),
      dryRun: z.boolean().default(false),
      limit: z.int().min(1).max(MAX_REDRIVES).default(100),
      cursor: z.string().min(1).max(1_000).optional().meta({ description: 'The `nextCursor` of the part before.' }),
      reason: reason.optional(),
      acknowledgeUnknown,
    })
    .refine(({ queue, type, requestId, since, all }) => all ?? (queue ?? type ?? requestId ?? since) !== undefined, {
      message: 'name a queue, a type, a request or a time, or say "all": true',
    }),
  data: z.object({
    dryRun: z.boolean(),
    results: z.array(
      z.object({
        id: z.uuid(),
        queue: z.string(),
        type: z.string(),
        requestId: z.uuid().nullable(),
        outcome: z.enum(['would-redrive', 'redriven', 'refused']),
        message: z.string().nullable().meta({ description: 'Why it was refused.' }),
      }),
    ),
    nextCursor: z.string().nullable().meta({ description: 'There are more; `null`: these were all.' }),
  }),
});

export const discardDeadLetter = defineOperation({
  id: 'discardDeadLetter',
  service: 'escalation',
  method: 'POST',
  path: '/queue/dlq/{id}/discard',
  tag: 'queues',
  summary: 'Say that a dead letter is not needed any more; it stays on record',
  params: byId,
  body: z.strictObject({ reason }),
  data: deadLetterSchema,
});

const groupSchema = z
  .object({
    messageGroupId: z.string(),
    requestId: z.uuid().nullable(),
    parked: z.int().meta({ description: 'Dead letters that wait for somebody.' }),
    toBeSent: z.int().meta({ description: 'Written by the escalation service and not yet taken by the bus.' }),
    oldestAt: timestampSchema,
  })
  .meta({ id: 'MessageGroup' });

export type MessageGroup = z.infer<typeof groupSchema>;

export const listQueueMessages = defineOperation({
  id: 'listQueueMessages',
  service: 'escalation',
  method: 'GET',
  path: '/queue/messages',
  tag: 'queues',
  summary: 'Message groups (requests) with messages that are known to wait: parked, or not sent yet',
  query: z.strictObject(pageQuery),
  data: z.array(groupSchema),
  paginated: true,
});

export const getQueueMessages = defineOperation({
  id: 'getQueueMessages',
  service: 'escalation',
  method: 'GET',
  path: '/queue/messages/{groupId}',
  tag: 'queues',
  summary: 'What is known of the messages of one group, oldest first; 200 at most',
  params: z.strictObject({ groupId: z.string().min(1).max(128) }),
  data: z.array(
    z.object({
      id: z.uuid(),
      destination: z.string(),
      type: z.string(),
      state: z.enum(['to-be-sent', 'parked', 'redriven', 'discarded']),
      since: timestampSchema,
    }),
  ),
});

import { z } from 'zod';
import { timestampSchema } from '../messages/common.ts';
import { stuckReasonSchema } from '../messages/task-stuck.v1.ts';
import { defineOperation } from '../operation.ts';
import { explainedFailureSchema, pageQuery } from './common.ts';

const ticketStatusSchema = z.enum(['wanted', 'open', 'handed-back', 'settled', 'withdrawn']).meta({
  description:
    '`wanted` until it exists, `handed-back` when it was closed and the request still has to take that, `settled` when its task is over, `withdrawn` when nobody has to do it any more.',
});

/** A request that stopped and waits for a person. */
export const escalationSchema = z.object({
  id: z.uuid(),
  requestId: z.uuid(),
  status: z.enum(['open', 'closed']),
  catalogId: z.string(),
  name: z.string(),
  requestedBy: z.string(),
  task: z.object({ id: z.uuid(), generation: z.int(), actionId: z.string(), type: z.string(), position: z.int() }),
  failure: explainedFailureSchema,
  stuck: stuckReasonSchema.nullable(),
  completedTasks: z.int(),
  totalTasks: z.int(),
  failedAt: timestampSchema,
  tickets: z
    .array(
      z.object({ taskId: z.uuid(), position: z.int(), key: z.string(), url: z.string(), status: ticketStatusSchema }),
    )
    .meta({ description: 'The tickets of the request, where it was handed to people.' }),
});

/** The ticket of one task of a request that is in the hands of people. */
export const escalationTicketSchema = z
  .object({
    taskId: z.uuid(),
    generation: z.int().min(1),
    position: z.int().min(0).meta({ description: '0 for a ticket that a task waits for by design.' }),
    name: z.string(),
    key: z.string().nullable(),
    url: z.string().nullable(),
    status: ticketStatusSchema,
    problem: z
      .object({ code: z.string(), message: z.string() })
      .optional()
      .meta({ description: 'What a person should look at: why there is no ticket, or what is wrong with it.' }),
    blockedBy: z.array(z.string()).meta({ description: 'Keys of the tickets that come before it.' }),
    jira: z
      .object({ status: z.string(), resolution: z.string().nullable(), assignee: z.string().nullable() })
      .optional()
      .meta({
        description: 'What the ticket system, be it Jira or ServiceNow, said last; with `live=true` what it says now.',
      }),
  })
  .meta({ id: 'EscalationTicket' });

export type EscalationTicket = z.infer<typeof escalationTicketSchema>;

export const requestEscalationSchema = z
  .object({
    status: z.enum(['none', 'opening', 'opened', 'ended']).meta({
      description:
        '`none`: it was never handed to people, and these are the tickets that its tasks wait for by design; `ended`: it is not in the hands of people any more.',
    }),
    round: z.int().min(0).meta({ description: 'The how-manieth escalation it is; 0 when there was none.' }),
    parent: z
      .object({ key: z.string().nullable(), url: z.string().nullable() })
      .optional()
      .meta({ description: 'The ticket of the request itself, where its bundle asks for one.' }),
    tickets: z.array(escalationTicketSchema),
  })
  .meta({ id: 'RequestEscalation' });

export type RequestEscalation = z.infer<typeof requestEscalationSchema>;

export type Escalation = z.infer<typeof escalationSchema>;

export const listEscalations = defineOperation({
  id: 'listEscalations',
  service: 'escalation',
  method: 'GET',
  path: '/escalations',
  tag: 'escalations',
  summary: 'Requests that stopped and wait for a person, newest first',
  query: z.strictObject({
    ...pageQuery,
    status: z.enum(['open', 'closed']).optional(),
    requestId: z.uuid().optional(),
  }),
  data: z.array(escalationSchema),
  paginated: true,
});

export const getRequestEscalation = defineOperation({
  id: 'getRequestEscalation',
  service: 'escalation',
  method: 'GET',
  path: '/requests/{id}/escalation',
  tag: 'escalations',
  summary: 'The tickets of a request on which people work',
  params: z.strictObject({ id: z.uuid() }),
  query: z.strictObject({
    live: z.enum(['true', 'false']).default('false').meta({ description: '`true`: asks the ticket system now.' }),
  }),
  data: requestEscalationSchema,
});

const ofTask = z.strictObject({ id: z.uuid(), taskId: z.uuid() });

export const retryEscalationTicket = defineOperation({
  id: 'retryEscalationTicket',
  service: 'escalation',
  method: 'POST',
  path: '/requests/{id}/escalation/tickets/{taskId}/retry',
  tag: 'escalations',
  summary: 'Try again to create the ticket of a task',
  params: ofTask,
  body: z.strictObject({
    acknowledgeUnknown: z
      .boolean()
      .optional()
      .meta({ description: 'Create it although it may exist already. Needed where nobody knows.' }),
  }),
  status: 202,
  data: requestEscalationSchema,
});

export const linkEscalationTicket = defineOperation({
  id: 'linkEscalationTicket',
  service: 'escalation',
  method: 'POST',
  path: '/requests/{id}/escalation/tickets/{taskId}/link',
  tag: 'escalations',
  summary: 'Name the ticket of a task that has none',
  params: ofTask,
  body: z.strictObject({
    key: z
      .string()
      .max(200)
      .regex(/^[A-Z][A-Z0-9_]*-?[0-9]+$/, 'is not the key of a ticket'),
  }),
  status: 202,
  data: requestEscalationSchema,
});

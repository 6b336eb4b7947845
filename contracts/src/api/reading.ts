import { z } from 'zod';
import { jsonObjectSchema, timestampSchema } from '../messages/common.ts';
import { LOG_LEVELS, progressSchema } from '../messages/task-log.ts';
import { defineOperation } from '../operation.ts';
import { requestSummarySchema } from './request-shapes.ts';
import { requestChangeSchema, statusesSchema } from './requests.ts';

const byId = z.strictObject({ id: z.uuid() });

export const requestLogLineSchema = z
  .object({
    at: timestampSchema,
    level: z.enum(LOG_LEVELS),
    source: z.enum(['request', 'executor']).meta({ description: 'Who wrote it: `request` tells what was decided.' }),
    /** Absent for what concerns the request as a whole. */
    taskId: z.uuid().optional(),
    generation: z.int().min(1).optional(),
    sequence: z.int().min(1).meta({ description: 'Of the task and generation, or of the audit.' }),
    message: z.string().meta({ description: 'Control characters are escaped, so it is one line of plain text.' }),
    data: jsonObjectSchema.optional(),
    progress: progressSchema.optional(),
  })
  .meta({ id: 'RequestLogLine' });

export type RequestLogLine = z.infer<typeof requestLogLineSchema>;

const LOG_PAGE = { default: 100, max: 1_000 } as const;

const logFilter = {
  taskId: z.uuid().optional().meta({ description: 'Only of this task.' }),
  level: z.enum(LOG_LEVELS).optional().meta({ description: 'This severe, or more.' }),
};

const tail = z.coerce.number().int().min(1).max(LOG_PAGE.max);

export const getRequestLogs = defineOperation({
  id: 'getRequestLogs',
  service: 'request',
  method: 'GET',
  path: '/requests/{id}/logs',
  tag: 'requests',
  summary: 'What went on in a request, line by line in the order of time: the last lines, unless asked for others',
  params: byId,
  query: z
    .strictObject({
      ...logFilter,
      since: z.iso.datetime({ offset: true }).optional().meta({ description: 'Of then or later.' }),
      tail: tail.default(LOG_PAGE.default).meta({ description: 'How many lines at most.' }),
      after: z
        .string()
        .min(1)
        .max(1_000)
        .optional()
        .meta({ description: 'The `next` of a page: what comes after it.' }),
      before: z
        .string()
        .min(1)
        .max(1_000)
        .optional()
        .meta({ description: 'The `previous` of a page: what comes before it.' }),
    })
    .refine(({ after, before }) => after === undefined || before === undefined, {
      message: 'give either after or before, and not both',
      path: ['after'],
    }),
  data: z.object({
    lines: z.array(requestLogLineSchema),
    previous: z.string().nullable().meta({ description: 'For `before`; null where nothing is before these lines.' }),
    next: z
      .string()
      .nullable()
      .meta({ description: 'For `after`, now or later, when there may be more; null where there was no line yet.' }),
    more: z.boolean().meta({ description: 'There are lines after these already.' }),
  }),
});

export const streamRequestLogs = defineOperation({
  id: 'streamRequestLogs',
  service: 'request',
  method: 'GET',
  path: '/requests/{id}/logs/stream',
  tag: 'requests',
  summary: 'The lines of a request as they arrive, live; ends when the request has ended',
  params: byId,
  query: z.strictObject({
    ...logFilter,
    tail: tail.optional().meta({ description: 'Begins with so many of the lines there are; all of them when absent.' }),
  }),
  data: requestLogLineSchema,
  stream: true,
});

export const followedChangeSchema = requestChangeSchema
  .omit({ sequence: true })
  .extend({
    sequence: z.int().min(1).meta({ description: 'Of the request. With its id it names the change.' }),
    ...requestSummarySchema.pick({ name: true, kind: true, catalogId: true, requestedBy: true }).shape,
  })
  .meta({ id: 'FollowedChange' });

export type FollowedChange = z.infer<typeof followedChangeSchema>;

export const streamMyRequests = defineOperation({
  id: 'streamMyRequests',
  service: 'request',
  method: 'GET',
  path: '/requests/events',
  tag: 'requests',
  summary: "Every change of the caller's requests from now on, or from the event named by `Last-Event-ID`; never ends",
  query: z.strictObject({
    scope: z
      .enum(['mine', 'all'])
      .default('mine')
      .meta({ description: '`all`: of everybody, for operators and admins.' }),
    team: z.string().min(1).max(100).optional().meta({
      description:
        "Instead of the caller's own: those asked for by members of this team, which is one of the caller's.",
    }),
    status: statusesSchema.optional().meta({ description: 'Only changes of requests to one of these states.' }),
  }),
  data: followedChangeSchema,
  stream: true,
});

export const requestTicketSchema = z
  .object({
    taskId: z.uuid(),
    generation: z.int().min(1),
    system: z.string().meta({ example: 'jira' }),
    key: z.string(),
    url: z.string().nullable(),
    createdAt: timestampSchema,
    status: z.string().optional(),
    statusCategory: z.string().optional().meta({ example: 'indeterminate' }),
    assignee: z.string().nullable().optional(),
    updatedAt: timestampSchema.nullable().optional(),
    fetchedAt: timestampSchema.optional().meta({ description: 'When the status was read: up to ten seconds ago.' }),
    problem: z.string().optional().meta({ description: 'Why there is no status.' }),
  })
  .meta({ id: 'RequestTicket' });

export type RequestTicket = z.infer<typeof requestTicketSchema>;

export const getRequestTickets = defineOperation({
  id: 'getRequestTickets',
  service: 'executor',
  method: 'GET',
  path: '/requests/{id}/tickets',
  tag: 'requests',
  summary: 'The tickets that the tasks of a request created, on demand with their status of now',
  params: byId,
  query: z.strictObject({
    live: z
      .enum(['true', 'false'])
      .default('false')
      .meta({ description: '`true`: asks where the tickets live, for three seconds at most.' }),
  }),
  data: z.object({
    tickets: z.array(requestTicketSchema),
    partial: z.boolean().meta({ description: 'Of some ticket the status was asked for and not learned.' }),
  }),
});

import { z } from 'zod';
import { timestampSchema } from '../messages/common.ts';
import { defineOperation } from '../operation.ts';
import { documentIdSchema, pageQuery } from './common.ts';
import {
  planDigestSchema,
  requestDetailsSchema,
  requestFailureSchema,
  requestStatusSchema,
  requestSummarySchema,
  taskSchema,
  teamSchema,
  waitingForSummarySchema,
} from './request-shapes.ts';

export const SUBMISSION_LIMIT = 100;

const itemShape = {
  schemaVersion: z.literal('catalog/v1'),
  catalogItemId: documentIdSchema.optional(),
  bundleId: documentIdSchema.optional(),
  input: z.record(z.string(), z.unknown()).meta({
    description:
      'The form: `name`, and an object for each group. Passwords are sealed before anything is stored, and no answer gives them back.',
  }),
  team: teamSchema.optional().meta({
    description: 'For which of the caller’s teams: whose quota and cost it counts for. The first one when absent.',
  }),
};

const namesOne = (item: { readonly catalogItemId?: string | undefined; readonly bundleId?: string | undefined }) =>
  (item.catalogItemId === undefined) !== (item.bundleId === undefined);

const NAMES_ONE = { message: 'give either catalogItemId or bundleId, and not both', path: ['catalogItemId'] };

/** What is asked for. */
export const requestedItemSchema = z.strictObject(itemShape).refine(namesOne, NAMES_ONE);

const submissionItemSchema = z
  .strictObject({
    ...itemShape,
    planDigest: planDigestSchema
      .optional()
      .meta({ description: 'Of the plan that was looked at: another plan than that is refused with `PLAN_CHANGED`.' }),
  })
  .refine(namesOne, NAMES_ONE);

const byId = z.strictObject({ id: z.uuid() });

export const submitRequests = defineOperation({
  id: 'submitRequests',
  service: 'request',
  method: 'POST',
  path: '/requests',
  tag: 'requests',
  summary: 'Ask for items and bundles; each becomes a request of its own, all are stored or none',
  body: z.strictObject({ items: z.array(submissionItemSchema).min(1).max(SUBMISSION_LIMIT) }),
  status: 202,
  data: z.object({
    submissionId: z.uuid(),
    correlationId: z.string(),
    requests: z.array(requestSummarySchema),
  }),
  idempotent: true,
});

export const REQUEST_SORTS = ['-createdAt', 'createdAt', '-updatedAt'] as const;

/** One state, or several with commas between. */
export const statusesSchema = z
  .string()
  .max(200)
  .regex(new RegExp(`^(${requestStatusSchema.options.join('|')})(,(${requestStatusSchema.options.join('|')}))*$`), {
    message: `names states of requests, with commas between: ${requestStatusSchema.options.join(', ')}`,
  })
  .meta({ example: 'failed,escalated' });

export const listRequests = defineOperation({
  id: 'listRequests',
  service: 'request',
  method: 'GET',
  path: '/requests',
  tag: 'requests',
  summary: 'Requests, newest first unless sorted otherwise',
  query: z.strictObject({
    ...pageQuery,
    status: statusesSchema.optional(),
    catalogId: documentIdSchema.optional().meta({ description: 'An item or a bundle of this id.' }),
    catalogItemId: documentIdSchema.optional(),
    bundleId: documentIdSchema.optional(),
    requestedBy: z.string().max(200).optional().meta({ description: 'An e-mail address, or `me`.' }),
    team: z.string().min(1).max(100).optional().meta({ description: 'One of the teams of who asked.' }),
    since: z.iso.datetime({ offset: true }).optional().meta({ description: 'Created then or later.' }),
    until: z.iso.datetime({ offset: true }).optional().meta({ description: 'Created before then.' }),
    sort: z.enum(REQUEST_SORTS).default('-createdAt').meta({ description: 'A minus sign: latest first.' }),
    q: z.string().max(200).optional().meta({ description: 'Occurs in the name.' }),
  }),
  data: z.array(requestSummarySchema),
  paginated: true,
});

export const getRequest = defineOperation({
  id: 'getRequest',
  service: 'request',
  method: 'GET',
  path: '/requests/{id}',
  tag: 'requests',
  summary: 'One request with its input, tasks and outputs',
  params: byId,
  data: requestDetailsSchema,
});

export const getRequestStatus = defineOperation({
  id: 'getRequestStatus',
  service: 'request',
  method: 'GET',
  path: '/requests/{id}/status',
  tag: 'requests',
  summary: 'Where a request stands, in few bytes',
  params: byId,
  data: z.object({
    id: z.uuid(),
    status: requestStatusSchema,
    progress: requestSummarySchema.shape.progress,
    currentTask: taskSchema
      .pick({ id: true, position: true, name: true, type: true, status: true })
      .extend({ waitingFor: waitingForSummarySchema.optional() })
      .nullable(),
    failure: requestFailureSchema.nullable(),
    updatedAt: timestampSchema,
  }),
});

export const getRequestTasks = defineOperation({
  id: 'getRequestTasks',
  service: 'request',
  method: 'GET',
  path: '/requests/{id}/tasks',
  tag: 'requests',
  summary: 'The tasks of a request in the order they run',
  params: byId,
  data: z.array(taskSchema),
});

export const getRequestGraph = defineOperation({
  id: 'getRequestGraph',
  service: 'request',
  method: 'GET',
  path: '/requests/{id}/graph',
  tag: 'requests',
  summary: 'The tasks of a request and what each waits for',
  params: byId,
  data: z.object({
    requestId: z.uuid(),
    nodes: z.array(
      taskSchema.pick({ id: true, position: true, name: true, component: true, status: true, generation: true }),
    ),
    edges: z
      .array(z.object({ from: z.uuid(), to: z.uuid() }))
      .meta({ description: '`to` is queued when all its `from` are completed.' }),
    mermaid: z.string().meta({ description: 'The same as a Mermaid flowchart.' }),
  }),
});

/** One change of a request or of one of its tasks, as the live stream and the audit tell it. */
export const requestChangeSchema = z
  .object({
    sequence: z
      .int()
      .min(1)
      .meta({ description: 'Also the id of the server-sent event: give it back as `Last-Event-ID`.' }),
    requestId: z.uuid(),
    at: timestampSchema,
    /** Absent for a change of the request itself. */
    taskId: z.uuid().optional(),
    change: z.string().meta({ description: 'What happened, such as `task-completed`.' }),
    from: z.string().nullable(),
    to: z.string(),
    actor: z.string(),
    /** What a person gave as the reason of a decision. */
    reason: z.string().optional(),
    /** With which generation a task runs again. */
    generation: z.int().min(1).optional(),
  })
  .meta({ id: 'RequestChange' });

export type RequestChange = z.infer<typeof requestChangeSchema>;

export const streamRequestEvents = defineOperation({
  id: 'streamRequestEvents',
  service: 'request',
  method: 'GET',
  path: '/requests/{id}/events',
  tag: 'requests',
  summary: 'Every change of a request from its first on, live; ends after the change that ends the request',
  params: byId,
  data: requestChangeSchema,
  stream: true,
});

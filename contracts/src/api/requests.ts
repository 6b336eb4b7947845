import { z } from 'zod';
import { jsonObjectSchema, timestampSchema } from '../messages/common.ts';
import { stuckReasonSchema } from '../messages/task-stuck.v1.ts';
import { defineOperation } from '../operation.ts';
import { requestApprovalSchema } from './approval-stages.ts';
import { documentIdSchema, explainedFailureSchema, pageQuery } from './common.ts';

export const SUBMISSION_LIMIT = 100;

export const requestStatusSchema = z.enum([
  'submitted',
  'awaiting-approval',
  'processing',
  'failed',
  'retrying',
  'aborting',
  'aborted',
  'escalating',
  'escalated',
  'completed',
]);

export const taskStatusSchema = z.enum([
  'pending',
  'queued',
  'processing',
  'waiting',
  'completed',
  'failed',
  'stuck',
  'skipped',
]);

export const requestSummarySchema = z
  .object({
    id: z.uuid(),
    submissionId: z.uuid(),
    status: requestStatusSchema,
    kind: z.enum(['item', 'bundle']),
    catalogId: z.string(),
    catalogVersion: z.string(),
    name: z.string().meta({ description: 'What the user called it: the `name` field of the form.' }),
    requestedBy: z.string(),
    progress: z.object({
      completed: z.int(),
      skipped: z.int().min(1).optional().meta({
        description:
          'Tasks that were left out: their condition said no, or somebody aborted. Absent when there are none.',
      }),
      total: z.int(),
    }),
    createdAt: timestampSchema,
    updatedAt: timestampSchema,
  })
  .meta({ id: 'RequestSummary' });

export type RequestSummary = z.infer<typeof requestSummarySchema>;

/** Why a request waits for a person, and at which task. */
export const requestFailureSchema = explainedFailureSchema.extend({
  taskId: z.uuid(),
  actionId: z.string(),
  stuck: stuckReasonSchema.nullable(),
});

export const ticketSchema = z.object({ key: z.string(), url: z.string() });

export const taskSchema = z
  .object({
    id: z.uuid(),
    position: z.int().min(1),
    component: z.string().nullable().meta({ description: 'The bundle component it belongs to.' }),
    catalogItemId: z.string(),
    actionId: z.string(),
    type: z.string(),
    name: z.string(),
    executor: z.string(),
    status: taskStatusSchema,
    generation: z.int().min(1),
    dependsOn: z.array(z.uuid()),
    outputs: jsonObjectSchema,
    failure: explainedFailureSchema.nullable(),
    stuck: stuckReasonSchema.nullable(),
    ticket: ticketSchema
      .optional()
      .meta({ description: 'Where people work on it, or did, after an escalation. Absent when there is none.' }),
    queuedAt: timestampSchema.nullable(),
    startedAt: timestampSchema.nullable(),
    finishedAt: timestampSchema.nullable(),
  })
  .meta({ id: 'Task' });

export type Task = z.infer<typeof taskSchema>;

export const costSchema = z
  .object({
    currency: z.string().meta({ description: 'ISO 4217, such as `EUR`.' }),
    monthly: z.number(),
  })
  .meta({ id: 'Cost', description: 'What a month is estimated to cost, by the documents, in one currency.' });

/** SHA-256, hexadecimal. */
export const planDigestSchema = z
  .string()
  .regex(/^[0-9a-f]{64}$/, { message: 'is not the digest of a plan: 64 characters 0-9 and a-f' })
  .meta({ description: 'Changes with whatever would change what happens: documents, input, tasks, cost.' });

/** One of the teams of who asks: who uses and pays for it. */
export const teamSchema = z.string().min(1).max(100);

/** What a quota counts. */
export const resourceSchema = z
  .string()
  .max(100)
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'a resource is kebab-case')
  .meta({ example: 'databases' });

const ms = z.int().min(0);

export const leadTimeSchema = z
  .object({
    total: ms,
    approval: ms.meta({ description: 'It waited for an approval.' }),
    human: ms.meta({ description: 'It waited for a decision, or for what people did by tickets.' }),
    waiting: ms.meta({ description: 'A task waited for the outer world.' }),
    automation: ms.meta({ description: 'An executor was at it.' }),
    queue: ms.meta({ description: 'None of these.' }),
  })
  .meta({ id: 'LeadTime', description: 'Where the time went, in milliseconds that add up to the total.' });

export const requestDetailsSchema = requestSummarySchema
  .extend({
    correlationId: z.string(),
    traceId: z.string().nullable(),
    catalogHash: z.string(),
    planDigest: planDigestSchema
      .optional()
      .meta({ description: 'Of the plan it was submitted with, or that people are asked to approve.' }),
    cost: z.array(costSchema).optional().meta({ description: 'Absent when no document gives a cost.' }),
    team: z.string().optional().meta({ description: 'For which team it was asked; absent for who has none.' }),
    input: jsonObjectSchema.meta({
      description: 'The evaluated form. Passwords are `••••`: no answer ever holds one.',
    }),
    outputs: jsonObjectSchema,
    failure: requestFailureSchema.nullable(),
    escalationRound: z
      .int()
      .min(1)
      .optional()
      .meta({ description: 'How often it was handed to people. Absent when it never was.' }),
    tasks: z.array(taskSchema),
    approvals: z
      .array(requestApprovalSchema)
      .optional()
      .meta({ description: 'In the order they are decided. Absent when nobody has to approve anything.' }),
    leadTime: leadTimeSchema.optional().meta({ description: 'Once it is over, within minutes.' }),
    version: z
      .int()
      .min(1)
      .meta({ description: 'Rises with every change: give it back to decide only on what was seen.' }),
  })
  .meta({ id: 'RequestDetails' });

export type RequestDetails = z.infer<typeof requestDetailsSchema>;

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
    currentTask: taskSchema.pick({ id: true, position: true, name: true, type: true, status: true }).nullable(),
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

import { z } from 'zod';
import { jsonObjectSchema, timestampSchema } from '../messages/common.ts';
import { stuckReasonSchema } from '../messages/task-stuck.v1.ts';
import { requestApprovalSchema } from './approval-stages.ts';
import { explainedFailureSchema } from './common.ts';

/** What requests and their tasks look like, wherever one is shown. */

export const requestStatusSchema = z.enum([
  'submitted',
  'awaiting-approval',
  'processing',
  'failed',
  'retrying',
  'rolling-back',
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

/** What a task waits for while its executor goes on by itself. */
export const waitingForSchema = z
  .object({
    kind: z.enum(['check', 'callback', 'approval']).meta({
      description:
        '`check`: the executor looks again from time to time; `callback`: somebody calls its callback URL; `approval`: a person decides about what it would do.',
    }),
    what: z.string().meta({ description: 'For people: `the run of deploy.yml in acme/infra`.' }),
    url: z.string().optional().meta({ description: 'Where people can look at it.' }),
    since: timestampSchema,
    until: timestampSchema.meta({ description: 'When the executor gives up.' }),
    details: z.string().optional().meta({ description: 'Of an approval: what would be done, as plain text.' }),
    decision: z
      .object({
        approved: z.boolean(),
        by: z.string(),
        reason: z.string().optional(),
        at: timestampSchema,
      })
      .optional()
      .meta({ description: 'Once a person has decided, until the executor goes on.' }),
  })
  .meta({ id: 'WaitingFor' });

export type WaitingFor = z.infer<typeof waitingForSchema>;

/** The same without what makes it long. */
export const waitingForSummarySchema = waitingForSchema.omit({ details: true }).meta({ id: 'WaitingForSummary' });

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
    externalRef: z
      .string()
      .optional()
      .meta({ description: 'How the target calls what was made, where its executor told.' }),
    rollbackOf: z
      .uuid()
      .optional()
      .meta({ description: 'Of a task that was added by a rollback: the task it undoes.' }),
    byHand: z.literal(true).optional().meta({ description: 'People did what its executor was to do.' }),
    failure: explainedFailureSchema.nullable(),
    stuck: stuckReasonSchema.nullable(),
    ticket: ticketSchema
      .optional()
      .meta({ description: 'Where people work on it, or did, after an escalation. Absent when there is none.' }),
    waitingFor: waitingForSchema
      .optional()
      .meta({ description: 'What it waits for while no worker is at it. Absent when nothing, or for people.' }),
    calledBackAt: timestampSchema
      .optional()
      .meta({ description: 'When its callback URL was called. Absent when it was not.' }),
    poolSilentSince: timestampSchema.optional().meta({
      description: 'Of a queued task: no executor of its pool was heard of since. It stays queued until one is.',
    }),
    poolMissing: z.literal(true).optional().meta({
      description:
        'Of a queued task: its pool has no queue, being none of `PAO_EXECUTOR_POOLS`. Its command waits until it has.',
    }),
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
    rolledBack: z
      .object({ undone: z.int().min(0), left: z.int().min(0), total: z.int().min(1) })
      .optional()
      .meta({
        description:
          'Once somebody decided to roll it back: how many of its undos are done, and how many were left out.',
      }),
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

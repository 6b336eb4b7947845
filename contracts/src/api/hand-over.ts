import { z } from 'zod';
import { failureSchema, jsonObjectSchema } from '../messages/common.ts';
import { stuckReasonSchema } from '../messages/task-stuck.v1.ts';
import { defineOperation } from '../operation.ts';
import { decidedRequestSchema, decisionBody, previewedTask } from './decisions.ts';
import { requestStatusSchema, taskStatusSchema, ticketSchema } from './request-shapes.ts';

/** What people do when automation can't go on: they take a request over, complete tasks, and give the rest back. */

const byId = z.strictObject({ id: z.uuid() });

export const escalateRequest = defineOperation({
  id: 'escalateRequest',
  service: 'request',
  method: 'POST',
  path: '/requests/{id}/escalate',
  tag: 'requests',
  summary: 'Hand what is left of a failed request to people: each task that is not over gets a ticket',
  params: byId,
  body: z.strictObject(decisionBody),
  status: 202,
  data: decidedRequestSchema,
  idempotent: true,
});

export const completeTask = defineOperation({
  id: 'completeTask',
  service: 'request',
  method: 'POST',
  path: '/requests/{id}/tasks/{taskId}/complete',
  tag: 'requests',
  summary: 'Say that a failed, stuck or escalated task was done by hand, and what it gave',
  params: z.strictObject({ id: z.uuid(), taskId: z.uuid() }),
  body: z.strictObject({
    version: decisionBody.version,
    outputs: jsonObjectSchema.default({}).meta({
      description: 'What later tasks read of it. What they need and do not find here is named in `details`.',
    }),
    note: decisionBody.reason.meta({ description: 'How it was done; kept in the audit.' }),
  }),
  status: 202,
  data: decidedRequestSchema,
  idempotent: true,
});

const heldTask = { ...previewedTask, ticket: ticketSchema.nullable() };

export const resumePreviewSchema = z
  .object({
    id: z.uuid(),
    status: requestStatusSchema,
    version: z.int().min(1),
    /** Tasks that had failed or were stuck and that nobody has completed yet: as long as there are some, a resume is refused. */
    unsettled: z.array(
      z.object({
        ...heldTask,
        status: taskStatusSchema,
        stuck: stuckReasonSchema.nullable(),
        failure: failureSchema.nullable(),
      }),
    ),
    /** In the order they run; their tickets are withdrawn. */
    automated: z.array(
      z.object({
        ...heldTask,
        generation: z.int().min(2).meta({ description: 'The one it will run with.' }),
      }),
    ),
    completed: z.array(z.object({ ...heldTask, outputs: jsonObjectSchema })),
  })
  .meta({ id: 'ResumePreview' });

export type ResumePreview = z.infer<typeof resumePreviewSchema>;

export const previewResume = defineOperation({
  id: 'previewResume',
  service: 'request',
  method: 'GET',
  path: '/requests/{id}/resume',
  tag: 'requests',
  summary: 'What a resume would give back to the automation, and which tickets it withdraws',
  params: byId,
  data: resumePreviewSchema,
});

export const resumeRequest = defineOperation({
  id: 'resumeRequest',
  service: 'request',
  method: 'POST',
  path: '/requests/{id}/resume',
  tag: 'requests',
  summary: 'Give what is left of an escalated request back to the automation; open tickets of it are withdrawn',
  params: byId,
  body: z.strictObject(decisionBody),
  status: 202,
  data: decidedRequestSchema,
  idempotent: true,
});

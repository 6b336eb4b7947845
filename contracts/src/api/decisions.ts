import { z } from 'zod';
import { failureSchema, jsonObjectSchema, timestampSchema } from '../messages/common.ts';
import { stuckReasonSchema } from '../messages/task-stuck.v1.ts';
import { defineOperation } from '../operation.ts';
import { requestStatusSchema, taskSchema, taskStatusSchema } from './request-shapes.ts';

/** What people decide about a request that stopped, or is not wanted any more. */

export const REASON_LIMIT = 500;

const byId = z.strictObject({ id: z.uuid() });

export const decisionBody = {
  version: z
    .int()
    .min(1)
    .optional()
    .meta({ description: 'Of the request as it was seen: another version by now is a 409.' }),
  reason: z.string().trim().min(1).max(REASON_LIMIT).optional().meta({ description: 'Why; kept in the audit.' }),
};

const decidedTaskSchema = taskSchema.pick({ id: true, position: true, name: true, status: true, generation: true });

/** A request just after a decision. */
export const decidedRequestSchema = z
  .object({
    id: z.uuid(),
    status: requestStatusSchema,
    version: z.int().min(1),
    decidedBy: z.string(),
    decidedAt: timestampSchema,
    tasks: z.array(decidedTaskSchema),
  })
  .meta({ id: 'DecidedRequest' });

export type DecidedRequest = z.infer<typeof decidedRequestSchema>;

export const previewedTask = {
  taskId: z.uuid(),
  position: z.int().min(1),
  name: z.string(),
  type: z.string(),
};

export const retryPreviewSchema = z
  .object({
    id: z.uuid(),
    status: requestStatusSchema,
    version: z.int().min(1),
    acknowledgementNeeded: z.boolean().meta({ description: 'Whether a retry has to say `acknowledgeUnknown: true`.' }),
    /** In the order they run. */
    again: z.array(
      z.object({
        ...previewedTask,
        status: taskStatusSchema,
        stuck: stuckReasonSchema.nullable(),
        generation: z.int().min(2).meta({ description: 'The one it will run with.' }),
        failure: failureSchema.nullable(),
      }),
    ),
    kept: z.array(z.object({ ...previewedTask, outputs: jsonObjectSchema })),
    /** Tasks that have not run yet and come after. */
    following: z.array(z.object(previewedTask)),
    mayHaveHappened: z.array(
      z.object({
        ...previewedTask,
        attempt: z.string().meta({ description: 'What the name of the effect in the outer world starts with.' }),
        startedAt: timestampSchema.nullable(),
        check: z.string().meta({ description: 'What to look at before anyone repeats it.' }),
        failure: failureSchema.nullable(),
      }),
    ),
  })
  .meta({ id: 'RetryPreview' });

export type RetryPreview = z.infer<typeof retryPreviewSchema>;

export const previewRetry = defineOperation({
  id: 'previewRetry',
  service: 'request',
  method: 'GET',
  path: '/requests/{id}/retry',
  tag: 'requests',
  summary: 'What a retry would run again, what it keeps, and what may have happened already',
  params: byId,
  data: retryPreviewSchema,
});

export const retryRequest = defineOperation({
  id: 'retryRequest',
  service: 'request',
  method: 'POST',
  path: '/requests/{id}/retry',
  tag: 'requests',
  summary: 'Run the failed and stuck tasks of a failed request again, then what follows',
  params: byId,
  body: z.strictObject({
    ...decisionBody,
    acknowledgeUnknown: z
      .boolean()
      .optional()
      .meta({ description: 'Run again what may have happened already. Needed for a task whose outcome is unknown.' }),
  }),
  status: 202,
  data: decidedRequestSchema,
  idempotent: true,
});

export const abortRequest = defineOperation({
  id: 'abortRequest',
  service: 'request',
  method: 'POST',
  path: '/requests/{id}/abort',
  tag: 'requests',
  summary: 'End a request: what has not started never will; what is under way is not stopped, and is recorded',
  params: byId,
  body: z.strictObject(decisionBody),
  status: 202,
  data: decidedRequestSchema,
  idempotent: true,
});

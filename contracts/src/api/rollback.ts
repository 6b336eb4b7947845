import { z } from 'zod';
import { failureSchema, jsonObjectSchema, timestampSchema } from '../messages/common.ts';
import { defineOperation } from '../operation.ts';
import { decidedRequestSchema, decisionBody, previewedTask } from './decisions.ts';
import { requestStatusSchema, ticketSchema } from './request-shapes.ts';

/** What people may undo of a request that failed. Nothing is ever undone without their word. */

const byId = z.strictObject({ id: z.uuid() });

const undoneSchema = z.object({
  ...previewedTask,
  by: z.enum(['rollback', 'own-type']).meta({
    description: '`rollback`: the action that its document names; `own-type`: its own type of action undoes it.',
  }),
  undo: z.object({ actionId: z.string(), type: z.string(), name: z.string(), executor: z.string() }),
  payload: jsonObjectSchema
    .nullable()
    .meta({ description: 'The configuration of the undo, secrets covered; null when it can’t be filled in.' }),
  problem: z.string().nullable().meta({ description: 'Why it can’t be: this undo would fail, and wait for a person.' }),
});

const staysSchema = z.object({
  ...previewedTask,
  why: z.enum(['by-hand', 'not-undoable', 'condition', 'unknown', 'broke-off']),
  note: z.string().meta({ description: 'For people: why, and what to do about it.' }),
  ticket: ticketSchema.optional(),
});

export const rollbackPreviewSchema = z
  .object({
    id: z.uuid(),
    status: requestStatusSchema,
    version: z.int().min(1),
    acknowledgementNeeded: z
      .boolean()
      .meta({ description: 'Whether a rollback has to say `acknowledgeUnknown: true`.' }),
    /** In the order they run: the last thing done is undone first. */
    undone: z.array(undoneSchema),
    stays: z.array(staysSchema),
    mayHaveHappened: z.array(
      z.object({
        ...previewedTask,
        attempt: z.string().meta({ description: 'What the name of the effect in the outer world starts with.' }),
        startedAt: timestampSchema.nullable(),
        check: z.string().meta({ description: 'What to look at.' }),
        failure: failureSchema.nullable(),
      }),
    ),
  })
  .meta({ id: 'RollbackPreview' });

export type RollbackPreview = z.infer<typeof rollbackPreviewSchema>;

export const previewRollback = defineOperation({
  id: 'previewRollback',
  service: 'request',
  method: 'GET',
  path: '/requests/{id}/rollback',
  tag: 'requests',
  summary: 'What a rollback of a failed request would undo, in which order, and what would stay',
  params: byId,
  data: rollbackPreviewSchema,
});

export const rollBackRequest = defineOperation({
  id: 'rollBackRequest',
  service: 'request',
  method: 'POST',
  path: '/requests/{id}/rollback',
  tag: 'requests',
  summary: 'Undo what a failed request has done, last things first; it ends as aborted',
  params: byId,
  body: z.strictObject({
    ...decisionBody,
    acknowledgeUnknown: z.boolean().optional().meta({
      description: 'Leave what may have happened as it is. Needed where the outcome of a task is unknown.',
    }),
  }),
  status: 202,
  data: decidedRequestSchema,
  idempotent: true,
});

import { z } from 'zod';
import { timestampSchema } from '../messages/common.ts';
import { stuckReasonSchema } from '../messages/task-stuck.v1.ts';
import { defineOperation } from '../operation.ts';
import { documentIdSchema, pageQuery } from './common.ts';
import { REASON_LIMIT } from './decisions.ts';

const count = z.int().min(0);

/** Requests that stopped for the same reason, as one. */
export const incidentSchema = z
  .object({
    id: z.uuid(),
    title: z.string(),
    status: z.enum(['open', 'closed']),
    fingerprint: z.object({
      catalogId: z.string(),
      actionId: z.string(),
      failureCode: z.string(),
      targetHost: z.string().nullable().meta({ description: 'Null where the failure does not say.' }),
    }),
    docUrl: z.string().optional().meta({ description: 'What the failure code means and what is safe.' }),
    count: count.meta({ description: 'How often it happened: a request that was retried in vain counts again.' }),
    requestCount: count.meta({ description: 'How many requests it happened to.' }),
    waitingCount: count.meta({ description: 'How many of them still wait for a person because of it.' }),
    stuckCount: count.meta({ description: 'Those of the waiting where nobody knows whether it took effect.' }),
    firstAt: timestampSchema,
    lastAt: timestampSchema,
    openedAt: timestampSchema,
    closed: z
      .object({
        at: timestampSchema,
        by: z.string().nullable().meta({ description: 'Null when it closed by itself.' }),
        reason: z.string(),
      })
      .nullable(),
  })
  .meta({ id: 'Incident' });

export type Incident = z.infer<typeof incidentSchema>;

export const incidentDetailsSchema = incidentSchema
  .extend({
    requests: z
      .array(
        z.object({
          requestId: z.uuid(),
          name: z.string(),
          requestedBy: z.string(),
          waiting: z.boolean().meta({ description: 'It still waits for a person because of this.' }),
          stuck: stuckReasonSchema.nullable(),
          message: z.string(),
          failedAt: timestampSchema,
        }),
      )
      .meta({ description: 'One page of its requests with the last stop of each, newest first.' }),
  })
  .meta({ id: 'IncidentDetails' });

export type IncidentDetails = z.infer<typeof incidentDetailsSchema>;

const byId = z.strictObject({ id: z.uuid() });

export const listIncidents = defineOperation({
  id: 'listIncidents',
  service: 'escalation',
  method: 'GET',
  path: '/incidents',
  tag: 'escalations',
  summary: 'Failures that repeat, each as one; what opened last comes first',
  query: z.strictObject({
    ...pageQuery,
    status: z.enum(['open', 'closed']).optional(),
    catalogId: documentIdSchema.optional(),
    failureCode: z.string().min(1).max(100).optional(),
    targetHost: z.string().min(1).max(255).optional(),
  }),
  data: z.array(incidentSchema),
  paginated: true,
});

export const getIncident = defineOperation({
  id: 'getIncident',
  service: 'escalation',
  method: 'GET',
  path: '/incidents/{id}',
  tag: 'escalations',
  summary: 'One incident with its requests, a page at a time',
  params: byId,
  query: z.strictObject(pageQuery),
  data: incidentDetailsSchema,
  paginated: true,
});

export const closeIncident = defineOperation({
  id: 'closeIncident',
  service: 'escalation',
  method: 'POST',
  path: '/incidents/{id}/close',
  tag: 'escalations',
  summary: 'Close an incident: its requests stay as they are, the next failures make a new one',
  params: byId,
  body: z.strictObject({ reason: z.string().trim().min(1).max(REASON_LIMIT) }),
  data: incidentSchema,
});

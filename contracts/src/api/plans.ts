import { z } from 'zod';
import { jsonObjectSchema } from '../messages/common.ts';
import { IDEMPOTENCY } from '../messages/executor-announced.v1.ts';
import { defineOperation } from '../operation.ts';
import { plannedApprovalSchema } from './approval-stages.ts';
import { costSchema, planDigestSchema, resourceSchema } from './request-shapes.ts';
import { requestedItemSchema, SUBMISSION_LIMIT } from './requests.ts';

const position = z.int().min(1);

export const plannedTaskSchema = z
  .object({
    position,
    actionId: z.string(),
    name: z.string(),
    type: z.string(),
    executor: z.string(),
    component: z.string().nullable().meta({ description: 'The bundle component it belongs to.' }),
    catalogItemId: z.string(),
    dependsOn: z.array(position),
    runs: z.enum(['yes', 'no', 'later', 'fails']).meta({
      description:
        'What its condition says: `later` when it reads what exists only once the request runs, `fails` when it can’t be evaluated.',
    }),
    when: z.string().optional().meta({ description: 'The condition. Absent: it always runs.' }),
    payload: jsonObjectSchema.nullable().meta({
      description:
        'The configuration with every value in its place. Secrets are covered; an output that does not exist yet is named where it will stand; ids and times are samples.',
    }),
    reason: z.string().nullable().meta({ description: 'Why there is no payload.' }),
    reads: z
      .array(z.object({ place: z.string(), output: z.string(), from: position }))
      .meta({ description: 'Outputs of earlier tasks, with the place (JSON Pointer) in the configuration.' }),
    summary: z.string().nullable().meta({
      description:
        'What it would do, in one sentence; null when it does not run, or its executors have not said. No part of the digest.',
    }),
    idempotency: z.enum(IDEMPOTENCY).nullable().meta({
      description:
        'How its effect is kept from happening twice: the target knows the attempt by its `key`; a `probe` looks for it; `natural`: twice is the same as once; `none`: a person decides. Null: its executors have not said.',
    }),
    waits: z.enum(['ticket', 'check', 'callback', 'approval']).nullable().meta({
      description:
        'What it waits for after its effect: a ticket that people close, a look that finds it done, a callback, a person who approves. Null: nothing that is known beforehand.',
    }),
    timeoutSeconds: z.int(),
    idempotent: z.boolean(),
  })
  .meta({ id: 'PlannedTask' });

export type PlannedTask = z.infer<typeof plannedTaskSchema>;

export const requestPlanSchema = z
  .object({
    kind: z.enum(['item', 'bundle']),
    catalogId: z.string(),
    catalogVersion: z.string(),
    catalogHash: z.string(),
    name: z.string(),
    documents: z.array(z.object({ id: z.string(), version: z.string(), hash: z.string() })),
    input: jsonObjectSchema.meta({ description: 'The evaluated form: defaults filled in, secrets covered.' }),
    tasks: z.array(plannedTaskSchema),
    cost: z.array(costSchema).meta({ description: 'By currency; empty when no document gives a cost.' }),
    unpriced: z
      .array(z.object({ catalogId: z.string(), reason: z.string() }))
      .meta({ description: 'Documents whose cost is not in it.' }),
    quota: z
      .array(
        z.object({
          resource: resourceSchema,
          per: z.enum(['team', 'user', 'tenant']),
          scope: z.string().meta({ description: 'The team, the e-mail address of the person, or the tenant.' }),
          used: z.int().meta({ description: 'Before it, with what stands before it in the same plan.' }),
          after: z.int(),
          max: z.int(),
          wouldExceed: z.boolean().meta({ description: 'A submission would be refused with `QUOTA_EXCEEDED`.' }),
        }),
      )
      .meta({
        description: 'What it would use of quotas as they are now. No part of the digest: others use them, too.',
      }),
    approvals: z
      .array(plannedApprovalSchema)
      .optional()
      .meta({ description: 'Who would have to approve it, in this order. Absent when nobody has to.' }),
    obstacles: z.array(z.string()).meta({ description: 'Why it can’t be requested now; empty when it can.' }),
    graph: z.object({
      nodes: z.array(z.object({ position, label: z.string(), runs: plannedTaskSchema.shape.runs })),
      edges: z.array(
        z.object({
          from: position,
          to: position,
          outputs: z.array(z.string()).meta({ description: 'What `to` reads of `from`.' }),
        }),
      ),
    }),
    planDigest: planDigestSchema,
  })
  .meta({ id: 'RequestPlan' });

export type RequestPlan = z.infer<typeof requestPlanSchema>;

export const planRequests = defineOperation({
  id: 'planRequests',
  service: 'request',
  method: 'POST',
  path: '/requests/plan',
  tag: 'requests',
  summary: 'What would happen if these items and bundles were asked for; nothing is stored or sent',
  body: z.strictObject({ items: z.array(requestedItemSchema).min(1).max(SUBMISSION_LIMIT) }),
  data: z.object({
    items: z.array(requestPlanSchema),
    cost: z.array(costSchema).meta({ description: 'Of all items together, by currency.' }),
    costEffect: z
      .array(z.object({ team: z.string(), currency: z.string(), before: z.number(), after: z.number() }))
      .meta({ description: 'What a month of all that a team has asked for is estimated to cost, before and with it.' }),
  }),
});

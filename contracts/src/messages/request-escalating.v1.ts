import { z } from 'zod';
import { defineMessage } from '../envelope.ts';
import { catalogReferenceSchema, concernedTeams, failureSchema, jsonObjectSchema, timestampSchema } from './common.ts';
import { stuckReasonSchema } from './task-stuck.v1.ts';

/** Room that SQS and SNS leave for a message is 256 KiB; so much of it may be this one's envelope and data. */
export const ESCALATION_MESSAGE_LIMIT = 200 * 1_024;

/** What the document's own ticket for a task would say, rendered for the request. */
export const manualTicketSchema = z.object({
  /** Absent: Jira. */
  system: z.enum(['jira', 'servicenow']).optional(),
  /** Of ServiceNow, as `assignmentGroup`. */
  table: z.string().optional(),
  assignmentGroup: z.string().optional(),
  project: z.string().optional(),
  issueType: z.string().optional(),
  /** By the name documents call it; absent: the default one. */
  instance: z.string().optional(),
  priority: z.string().optional(),
  labels: z.array(z.string()).optional(),
  components: z.array(z.string()).optional(),
  assignee: z.string().optional(),
  epicKey: z.string().optional(),
  customFields: jsonObjectSchema.optional(),
  /** Output name to where the ticket has it, as the document says. */
  outputs: z.record(z.string(), z.string()).optional(),
});

export type ManualTicket = z.infer<typeof manualTicketSchema>;

export const escalatedTaskSchema = z.object({
  id: z.uuid(),
  generation: z.int().min(1),
  position: z.int().min(1),
  name: z.string(),
  component: z.string().nullable(),
  actionId: z.string(),
  type: z.string(),
  /** The item whose action it carries out. */
  catalogItemId: z.string(),
  /** Who owns that item; absent when nobody does. */
  team: z.string().optional(),
  /** Ids of the tasks that must be over before it. */
  dependsOn: z.array(z.uuid()),
  /** At the moment of the decision. */
  status: z.enum(['pending', 'completed', 'failed', 'stuck', 'skipped']),
  failure: failureSchema.optional(),
  stuck: stuckReasonSchema.optional(),
  /** Its effect may be there although nobody knows: who works on it looks first. */
  mayHaveHappened: z.boolean(),
  /** What the names of its effects in the outer world start with; absent for a task that was never sent. */
  attempt: z.string().optional(),
  startedAt: timestampSchema.optional(),
  /** Whether people have to do it, so that it gets a ticket. */
  ticketed: z.boolean(),
  /** Of a completed task; empty otherwise. */
  outputs: jsonObjectSchema,
  /** Its configuration as people may see it; null when it can't be told. */
  setup: jsonObjectSchema.nullable(),
  /** Why there is no setup, or what has to be known of it: a condition that can't be told yet. */
  setupReason: z.string().optional(),
  /** The setup was left out for being too large. */
  setupCut: z.boolean().optional(),
  /** Outputs of it that later tasks read: an entry for each and each task, by its position, that reads it. */
  needs: z.array(z.object({ output: z.string(), by: z.int().min(1) })),
  manual: manualTicketSchema.optional(),
});

export type EscalatedTask = z.infer<typeof escalatedTaskSchema>;

export const requestEscalatingV1 = defineMessage({
  type: 'request-escalating.v1',
  channel: 'request-events',
  producer: 'request',
  summary: 'A person handed what is left of a failed request to people. Carries all that their tickets have to say.',
  data: z.object({
    requestId: z.uuid(),
    catalog: catalogReferenceSchema,
    name: z.string(),
    requestedBy: z.string(),
    decidedBy: z.string(),
    reason: z.string().optional(),
    teams: concernedTeams,
    /** How the tickets of a bundle are linked, as its document says. */
    linking: z
      .object({
        /** The name of a type of links; the first letter may be of either case. */
        linkType: z.string().min(1),
        /** Whether the request gets a ticket of its own, under which the others stand. */
        parentTicket: z.boolean(),
      })
      .optional(),
    /** The how-manieth escalation of the request it is. */
    round: z.int().min(1),
    traceId: z.string().optional(),
    completedTasks: z.int().min(0),
    totalTasks: z.int().min(1),
    escalatedAt: timestampSchema,
    /** Every task of the request, in the order of the plan. */
    tasks: z.array(escalatedTaskSchema).min(1),
  }),
});

export type RequestEscalatingV1 = z.infer<typeof requestEscalatingV1.data>;

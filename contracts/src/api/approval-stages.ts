import { z } from 'zod';
import { timestampSchema } from '../messages/common.ts';

export const COMMENT_LIMIT = 500;

const approversSchema = z.object({
  teams: z.array(z.string()),
  users: z.array(z.string()).meta({ description: 'E-mail addresses.' }),
});

const needed = {
  stage: z.int().min(1).meta({ description: 'They are decided one after the other, from 1.' }),
  name: z.string().meta({ description: 'Its id in the document.' }),
  catalogId: z.string(),
  component: z.string().nullable().meta({ description: 'The bundle component it belongs to.' }),
  when: z.string().nullable().meta({ description: 'The condition that made it needed; null when it always is.' }),
  reason: z.string().meta({ description: 'Why it is needed.' }),
  approvers: approversSchema,
  minimum: z.int().min(1).meta({ description: 'How many different people must approve.' }),
};

/** An approval that a request would need, as a plan shows it. */
export const plannedApprovalSchema = z
  .object({ ...needed, expiresAfterSeconds: z.int().min(1).meta({ description: 'From when its stage opens.' }) })
  .meta({ id: 'PlannedApproval' });

export type PlannedApproval = z.infer<typeof plannedApprovalSchema>;

export const approvalStageSchema = z.object({
  id: z.uuid(),
  ...needed,
  state: z.enum(['not-needed-yet', 'waiting', 'approved', 'rejected', 'expired', 'withdrawn']).meta({
    description:
      '`not-needed-yet`: a stage before it is open. `withdrawn`: the request ended otherwise, so nobody decides any more.',
  }),
  given: z.int().min(0),
  openedAt: timestampSchema.nullable(),
  remindedAt: timestampSchema.nullable(),
  expiresAt: timestampSchema.nullable(),
  endedAt: timestampSchema.nullable(),
  decisions: z.array(
    z.object({
      by: z.string(),
      email: z.string(),
      teams: z.array(z.string()),
      decision: z.enum(['approved', 'rejected']),
      at: timestampSchema,
      comment: z.string().nullable(),
    }),
  ),
});

/** A stage as its request shows it. */
export const requestApprovalSchema = approvalStageSchema.meta({ id: 'RequestApproval' });

export type RequestApproval = z.infer<typeof requestApprovalSchema>;

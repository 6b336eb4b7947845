import { z } from 'zod';
import { failureSchema } from '../messages/common.ts';

export const PAGE = { defaultLimit: 50, maxLimit: 200 } as const;

/** Query parameters of every list. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(PAGE.maxLimit).default(PAGE.defaultLimit),
  cursor: z.string().min(1).max(1_000).optional().meta({ description: 'The `nextCursor` of the page before.' }),
};

export const paginationSchema = z
  .object({ nextCursor: z.string().nullable(), hasMore: z.boolean() })
  .meta({ id: 'Pagination' });

export type Pagination = z.infer<typeof paginationSchema>;

export const documentIdSchema = z
  .string()
  .max(100)
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'a document id is kebab-case')
  .meta({ example: 'database-postgresql-standard' });

export const errorDetailSchema = z.object({
  field: z.string().meta({ description: 'Path of the field, such as `items[0].input.basic.storageGb`.' }),
  issue: z.string(),
});

/** A failure as the API shows it: with the page of the runbook that explains its code. */
export const explainedFailureSchema = failureSchema.extend({
  docUrl: z.string().optional().meta({
    description: 'What the code means and what is safe. Absent for a code of a team’s own executor.',
  }),
});

/** The body of every answer that is not a success. */
export const errorEnvelopeSchema = z
  .object({
    error: z.object({
      code: z.string(),
      message: z.string(),
      details: z.array(errorDetailSchema),
      correlation_id: z.string(),
      trace_id: z.string(),
      retryable: z.boolean().meta({ description: 'The same call may succeed later.' }),
      doc_url: z.string(),
    }),
  })
  .meta({ id: 'Error' });

export type ErrorEnvelope = z.infer<typeof errorEnvelopeSchema>;
export type ErrorDetail = z.infer<typeof errorDetailSchema>;

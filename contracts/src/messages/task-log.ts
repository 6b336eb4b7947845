import { z } from 'zod';
import { jsonObjectSchema, taskReferenceSchema, timestampSchema } from './common.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;

/** What is kept of the log of one task in one generation; what is longer is cut where it arrives, and a line says so. */
export const LOG_LIMITS = {
  /** Lines, and bytes of their JSON text, that messages of progress add; the last place is for the line that says that more came. */
  progress: { lines: 800, bytes: 196_608 },
  /** The same for one result; a task that was stuck may have a second. */
  result: { lines: 100, bytes: 32_768 },
  /** Bytes of UTF-8. */
  message: 2_048,
  data: 4_096,
} as const;

/** One line of the log of one task in one generation, without any secret. */
export const logLineSchema = z.object({
  sequence: z
    .int()
    .min(1)
    .max(2_000_000_000)
    .meta({ description: 'Rises from 1 within a task and generation; may leave gaps. A line comes once.' }),
  at: timestampSchema,
  level: z.enum(LOG_LEVELS),
  message: z.string().meta({ description: `Up to ${LOG_LIMITS.message} bytes are kept.` }),
  data: jsonObjectSchema.optional().meta({ description: `Kept up to ${LOG_LIMITS.data} bytes.` }),
});

export type LogLine = z.infer<typeof logLineSchema>;

const { $schema: _dialect, ...lineJsonSchema } = z.toJSONSchema(logLineSchema, { io: 'input' });

/** What went on, as far as no message told it before. A log in another form is no reason to refuse a result, so it is read as it is. */
export const resultLogSchema = (z.unknown() as unknown as z.ZodType<unknown, readonly LogLine[]>)
  .optional()
  .meta({ type: 'array', items: lineJsonSchema, description: 'The lines of its log that were not told before.' });

export const progressSchema = z.object({
  percent: z.number().min(0).max(100).optional(),
  text: z.string().optional(),
});

export type TaskProgress = z.infer<typeof progressSchema>;

/** @see LOG_LIMITS for what is kept. */
export const progressedSchema = taskReferenceSchema.extend({
  lines: z.array(logLineSchema).min(1).max(500),
  progress: progressSchema.optional().meta({ description: 'How far it is, as of the last of the lines.' }),
});

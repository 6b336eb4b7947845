import { z } from 'zod';

/**
 * A JSON value: what outputs, inputs and rendered configuration are made of. Whatever was parsed from JSON text is one, so nothing
 * is checked again: walking a rendered configuration cost more than all else of reading a command.
 */
export const jsonSchema = z.unknown() as unknown as z.ZodType<z.core.util.JSONType>;

export const jsonObjectSchema = z.record(z.string(), jsonSchema);

export const timestampSchema = z.iso.datetime();

/** Characters of a target's own name for what was made there. */
export const EXTERNAL_REF_LIMIT = 500;

/** Why something failed: `code` is stable and listed in the error reference, `message` is for people. */
export const failureSchema = z.object({
  code: z.string().min(1).max(100),
  message: z.string().max(4_000),
  /** What the target answered, cut and redacted, where that helps a person. */
  evidence: jsonObjectSchema.optional(),
});

export type Failure = z.infer<typeof failureSchema>;

/** The document a request was made of, pinned when it was submitted. */
export const catalogReferenceSchema = z.object({
  id: z.string().min(1),
  version: z.string().min(1),
  /** SHA-256 of the canonical document, hexadecimal. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
});

/** The teams whose concern a request is: of who asked for it, and who own the items it is made of. Absent in messages of before. */
export const concernedTeams = z.array(z.string().min(1).max(200)).max(1_000).optional();

/** Names one attempt of one task; the generation rises only by a person's decision. */
export const taskReferenceSchema = z.object({
  requestId: z.uuid(),
  taskId: z.uuid(),
  generation: z.int().min(1),
});

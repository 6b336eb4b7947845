import { z } from 'zod';

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const secretRef = z.string().min(1).max(256);

/** The configuration of a `webhook` action, rendered. */
export const webhookConfig = z.strictObject({
  url: z.string().min(1),
  headers: z.record(z.string(), z.union([scalar, z.strictObject({ secretRef })])).default({}),
  contentType: z
    .string()
    .regex(/^[\x20-\x7e]+$/, 'holds characters that a header cannot carry')
    .default('application/json'),
  /** A text, or what is written down as JSON. */
  payloadTemplate: z.json().default({}),
  /** What the message is signed with: `whsec_` and base64, or any text. */
  secretRef: secretRef.optional(),
  /** `at-least-once`: the receiver knows messages by their ids, so one whose arrival is in doubt may be sent again. */
  deliver: z.enum(['at-most-once', 'at-least-once']).default('at-most-once'),
  waitForCallback: z.boolean().default(false),
  /** Seconds that the callback may take. */
  timeout: z.number().positive().max(604_800).default(86_400),
});

export type WebhookConfig = z.output<typeof webhookConfig>;

export interface TransientErrorOptions {
  readonly cause?: unknown;
  /** Milliseconds until another try makes sense; the caller's own back-off decides when absent. */
  readonly retryAfterMs?: number;
}

/**
 * "Not now, later": the work is sound and nothing was lost, but a thing it needs is away (database, bus, a lease held by
 * another worker). Consumers give the message back; HTTP answers 503. Anything else thrown is a bug.
 */
export class TransientError extends Error {
  override readonly name = 'TransientError';
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options: TransientErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** The text of whatever was thrown, for logs and evidence; never for a decision. */
export const errorMessage = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));

/**
 * Why there is no embedded server: `no-binaries` (none for this platform), `in-use` (another process holds the data
 * directory), `not-permitted` (files or accounts are in the way), `init-failed` and `start-failed` (the message carries
 * what PostgreSQL said).
 */
export type EmbeddedPostgresFailure = 'no-binaries' | 'in-use' | 'not-permitted' | 'init-failed' | 'start-failed';

export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
  readonly kind: EmbeddedPostgresFailure;

  constructor(kind: EmbeddedPostgresFailure, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
  }
}

import { type CallError, describeCallError } from '@pao/client';

export const EXIT = { ok: 0, refused: 1, couldNotRun: 2, interrupted: 130 } as const;

/** PAO did not do what was asked. */
export class CallFailed extends Error {
  override readonly name = 'CallFailed';
  readonly error: CallError;

  constructor(error: CallError) {
    super(describeCallError(error));
    this.error = error;
  }
}

/** The command's words, or a file it names, can't be used. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The request that was followed did not end well: its status is the news, and the exit code says so to scripts. */
export class RequestNotCompleted extends Error {
  override readonly name = 'RequestNotCompleted';
}

/** What was recorded is not what is there. The findings are printed already. */
export class AuditNotIntact extends Error {
  override readonly name = 'AuditNotIntact';
}

/** Documents were judged and are not right. What is wrong is printed already. */
export class DocumentsRefused extends Error {
  override readonly name = 'DocumentsRefused';
}

/** Of many things some were refused. Which and why is printed already. */
export class SomeFailed extends Error {
  override readonly name = 'SomeFailed';
}

import type { Change } from '../domain/audit.ts';
import type { ExceededQuota } from '../domain/quota.ts';
import type { CatalogReference, Request } from '../domain/request.ts';
import type { LogChunk } from '../domain/task-log.ts';
import type { OutboundMessage } from './outbound-message.ts';

/** Which call an answer belongs to. `route` is the operation's id. */
export interface AnswerKey {
  readonly tenantId: string;
  readonly principal: string;
  readonly route: string;
  readonly key: string;
}

/** What a call with this key was answered. */
export interface StoredAnswer {
  /** Of the body of the call, to tell a repetition from another call. */
  readonly fingerprint: string;
  readonly status: number;
  /** JSON text. */
  readonly body: string;
}

/**
 * A request's next version: what it is now, and the changes and messages that come of it. Where only messages come of it, it is the same
 * version of the same request: whoever has read it may still decide on it.
 */
export interface NextVersion {
  readonly request: Request;
  readonly changes: readonly Change[];
  readonly messages: readonly OutboundMessage[];
  /** What was told of attempts together with what led to this version. */
  readonly logs?: readonly LogChunk[];
}

/** A next version with which units of quotas that the request had committed are given back, by their numbers from 1. */
export interface QuotaRelease extends NextVersion {
  readonly releases: readonly number[];
}

/** Nothing was stored: the requests would use more than is left. */
export interface QuotaExceeded {
  readonly kind: 'quota-exceeded';
  readonly exceeded: readonly ExceededQuota[];
}

export interface Answer {
  readonly key: AnswerKey;
  readonly stored: StoredAnswer;
}

export interface Submission {
  /** The `submissionId` of each of its requests. */
  readonly id: string;
  readonly requests: readonly NextVersion[];
  /** Documents that must still be offered in exactly this form. */
  readonly documents: readonly CatalogReference[];
  readonly answer?: Answer;
}

/**
 * Requests with their tasks and audit. Each write is one atomic step with the messages it causes, so that state and messages
 * never part. Reads see what was committed; nothing is locked between a read and a write: the version tells.
 */
export interface RequestStore {
  /**
   * Stores everything or nothing. `catalog-changed`: a document is no longer the one named, `answered`: the key has an answer
   * already; concurrent calls of one key wait for the first. What its requests use of quotas is reserved in the same step.
   */
  submit(submission: Submission): Promise<'stored' | 'catalog-changed' | 'answered' | QuotaExceeded>;
  findAnswer(key: AnswerKey): Promise<StoredAnswer | undefined>;
  find(id: string): Promise<Request | undefined>;
  /**
   * Replaces `before` (only the tasks that are not the same objects as before are written) and remembers that the event was
   * handled. `conflict`: the request has another version by now; `handled`: the event was handled before. What it had reserved of
   * quotas is committed or released in the step that ends it, here and below.
   */
  save(eventId: string, before: Request, next: NextVersion): Promise<'saved' | 'conflict' | 'handled'>;
  /**
   * The same for what a person decided, with what the call is answered. `answered`: its key has an answer already; concurrent calls
   * of one key wait for the first.
   */
  saveDecision(
    before: Request,
    next: NextVersion | QuotaRelease,
    answer?: Answer,
  ): Promise<'saved' | 'conflict' | 'answered'>;
}

import type { JsonObject } from '@pao/kernel';

/** Why something failed: `code` is stable, `message` is for people. */
interface Failure {
  readonly code: string;
  readonly message: string;
  /** What the target answered, cut and redacted. */
  readonly evidence?: JsonObject;
}

/** Nobody knows whether the effect happened, or the command could not be delivered. */
export type StuckReason = 'outcome-unknown' | 'delivery-limit';

/** One attempt of one task; the generation rises only by a person's decision. */
interface TaskAttempt {
  readonly requestId: string;
  readonly taskId: string;
  readonly generation: number;
}

/** What the request service says when a request stops and waits for a person. */
export interface RequestStopped {
  readonly tenantId: string;
  readonly requestId: string;
  readonly catalogId: string;
  readonly catalogVersion: string;
  /** What the user called the request. */
  readonly name: string;
  /** An e-mail address. */
  readonly requestedBy: string;
  readonly correlationId: string;
  readonly task: {
    readonly id: string;
    readonly generation: number;
    readonly actionId: string;
    readonly type: string;
    readonly position: number;
  };
  readonly failure: Failure;
  readonly stuck: StuckReason | null;
  readonly completedTasks: number;
  readonly totalTasks: number;
  readonly failedAt: Date;
}

/** How a request ended. */
export type RequestEnd = 'request-completed' | 'request-aborted';

/** How an escalation ended: with its request, by a person who retried it, or since the request stopped anew. */
export type ClosedBy = RequestEnd | 'request-retried' | 'superseded';

/** A request that stopped, from then until nobody has to act on it any more. A request has at most one open escalation. */
export interface Escalation extends RequestStopped {
  readonly id: string;
  readonly status: 'open' | 'closed';
  readonly closedBy: ClosedBy | null;
  readonly closedAt: Date | null;
}

/** What the executor says of an attempt that failed or is stuck: kept, so that whoever acts on the escalation can read it. */
export interface TaskFailure extends TaskAttempt {
  readonly tenantId: string;
  readonly kind: 'failed' | 'stuck';
  readonly stuck: StuckReason | null;
  readonly failure: Failure;
  readonly startedAt: Date | null;
  readonly detectedAt: Date;
}

/** A request that has ended: completed, if need be by a result that came late, or aborted. */
export interface RequestSettled {
  readonly tenantId: string;
  readonly requestId: string;
  readonly by: RequestEnd;
  readonly at: Date;
}

/** A request whose failed tasks a person had run again. */
export interface RequestRetried {
  readonly tenantId: string;
  readonly requestId: string;
  /** With the generations that they run with from then on. */
  readonly tasks: readonly { readonly id: string; readonly generation: number }[];
  readonly retriedAt: Date;
}

export const openEscalation = (id: string, stopped: RequestStopped): Escalation => ({
  ...stopped,
  id,
  status: 'open',
  closedBy: null,
  closedAt: null,
});

export const closeEscalation = (escalation: Escalation, closedBy: ClosedBy, closedAt: Date): Escalation =>
  escalation.status === 'closed' ? escalation : { ...escalation, status: 'closed', closedBy, closedAt };

const isSameAttempt = (a: RequestStopped, b: RequestStopped): boolean =>
  a.task.id === b.task.id && a.task.generation === b.task.generation;

/** Whether a stop that is stored makes one that comes now a thing of the past: messages may come late. */
export const isOvertakenBy = (arriving: RequestStopped, stored: RequestStopped): boolean =>
  stored.requestId === arriving.requestId && stored.failedAt.getTime() > arriving.failedAt.getTime();

/** Whether a stop that comes now replaces one that is stored. Of two at the same moment the one that comes last counts. */
export const isSupersededBy = (stored: RequestStopped, arriving: RequestStopped): boolean =>
  stored.requestId === arriving.requestId && !isSameAttempt(stored, arriving) && !isOvertakenBy(arriving, stored);

export const isSettledBy = (escalation: RequestStopped, settled: RequestSettled): boolean =>
  escalation.requestId === settled.requestId && escalation.failedAt.getTime() <= settled.at.getTime();

/** Whether a retry answers a stop: it came after, and what stopped is not already what the retry began. */
export const isAnsweredBy = (stopped: RequestStopped, retried: RequestRetried): boolean =>
  stopped.requestId === retried.requestId &&
  stopped.failedAt.getTime() <= retried.retriedAt.getTime() &&
  !retried.tasks.some(({ id, generation }) => id === stopped.task.id && generation <= stopped.task.generation);

/** Whether a retry that is known has begun a later attempt of what stopped, so that the stop comes late. */
export const isOutlivedBy = ({ requestId, task }: RequestStopped, retried: RequestRetried): boolean =>
  requestId === retried.requestId &&
  retried.tasks.some(({ id, generation }) => id === task.id && generation > task.generation);

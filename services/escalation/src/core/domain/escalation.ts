import type { JsonObject } from '@pao/kernel';

/** Why something failed: `code` is stable, `message` is for people. */
interface Failure {
  readonly code: string;
  readonly message: string;
  /** What the target answered, cut and redacted. */
  readonly evidence?: JsonObject;
}

/** Nobody knows whether the effect happened, or the command could not be delivered. */
type StuckReason = 'outcome-unknown' | 'delivery-limit';

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

/** How an escalation ended: the request is completed after all, or it stopped anew and that is the open one. */
export type ClosedBy = 'request-completed' | 'superseded';

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

/** A request that is completed, if need be by a result that came late. */
export interface RequestSettled {
  readonly tenantId: string;
  readonly requestId: string;
  readonly completedAt: Date;
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
  escalation.requestId === settled.requestId && escalation.failedAt.getTime() <= settled.completedAt.getTime();

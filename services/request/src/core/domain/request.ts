import type { JsonObject } from '@pao/kernel';
import type { Approval } from './approval.ts';
import type { Ticket } from './escalation.ts';
import type { Decision } from './status.ts';
import type { RequestStatus, TaskStatus } from './transitions.ts';
import type { WaitingFor } from './waiting.ts';

/** A document as it was when the request was submitted. `hash`: SHA-256 of the canonical document, hexadecimal. */
export interface CatalogReference {
  readonly id: string;
  readonly version: string;
  readonly hash: string;
}

/** What a month is estimated to cost in one currency (ISO 4217). */
export interface Cost {
  readonly currency: string;
  readonly monthly: number;
}

/** Whose use of what is counted together, within a tenant. `scope`: the team, the e-mail address of the person, or the tenant. */
export interface QuotaCounter {
  readonly resource: string;
  readonly per: 'team' | 'user' | 'tenant';
  readonly scope: string;
}

/** One unit that a request uses of a quota. */
export interface QuotaUnit extends QuotaCounter {
  readonly max: number;
  /** The document that sets it. */
  readonly catalogId: string;
  /** The bundle component it is for. */
  readonly component: string | null;
}

/** Why something failed: `code` for machines, `message` for people. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly evidence?: JsonObject;
}

/** `outcome-unknown`: nobody knows whether the effect happened. `delivery-limit`: the command came back too often. */
export type StuckReason = 'outcome-unknown' | 'delivery-limit';

export interface Requester {
  readonly id: string;
  readonly email: string;
  readonly name: string | null;
  readonly teams: readonly string[];
}

export interface Task {
  readonly id: string;
  /** From 1, in the order of the plan. */
  readonly position: number;
  /** The bundle component it belongs to. */
  readonly component: string | null;
  /** The item whose action it carries out. */
  readonly catalog: CatalogReference;
  readonly actionId: string;
  readonly type: string;
  readonly name: string;
  /** The pool whose queue takes it. */
  readonly executor: string;
  /** Positions of the tasks that must be completed or skipped before it is queued. */
  readonly dependsOn: readonly number[];
  readonly status: TaskStatus;
  /** Rises only by a person's decision. */
  readonly generation: number;
  readonly outputs: JsonObject;
  /** How the target calls what was made, where its executor told. */
  readonly externalRef: string | null;
  /** Position of the task whose command carries it: once that is completed its executor may begin with this one, too. */
  readonly followUpOf: number | null;
  /** Position of the task whose effect it undoes, in a request that is rolled back; null for what a document asks for. */
  readonly rollbackOf: number | null;
  /** People did what its executor was to do. */
  readonly byHand: boolean;
  readonly failure: Failure | null;
  readonly stuck: StuckReason | null;
  /** Where people work on it, or did. */
  readonly ticket: Ticket | null;
  /** Set while its executor waits for something outside and goes on by itself. */
  readonly waitingFor: WaitingFor | null;
  /** When the callback URL of this generation was called. */
  readonly calledBackAt: Date | null;
  readonly queuedAt: Date | null;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

/** What is fixed once a request was accepted. */
export interface RequestFacts {
  readonly id: string;
  readonly submissionId: string;
  readonly tenantId: string;
  readonly correlationId: string;
  readonly traceId: string | null;
  readonly kind: 'item' | 'bundle';
  readonly catalog: CatalogReference;
  readonly name: string;
  readonly requester: Requester;
  /** The evaluated form: defaults filled in, values of inactive branches left out. */
  readonly input: JsonObject;
  /** Of the plan that the caller agreed to, or that people are asked to approve; null when there is neither. */
  readonly planDigest: string | null;
  /** What a month is estimated to cost, by currency; null when no document gives a cost. */
  readonly cost: readonly Cost[] | null;
  /** For which of their teams it was asked; null for who is in none. */
  readonly team: string | null;
  /** What it uses of quotas; null when no document sets one. */
  readonly quota: readonly QuotaUnit[] | null;
  readonly createdAt: Date;
}

export interface Request extends RequestFacts {
  readonly status: RequestStatus;
  readonly decision: Decision;
  /** How often it was handed to people. */
  readonly escalationRound: number;
  readonly updatedAt: Date;
  /** Rises with every stored change; what a writer compares before it writes. */
  readonly version: number;
  /** The last link of its audit chain. */
  readonly audit: AuditHead;
  /** By position. */
  readonly tasks: readonly Task[];
  /** By stage; empty when nobody has to approve anything. */
  readonly approvals: readonly Approval[];
}

export interface AuditHead {
  /** Of the last row; 0 before the first. */
  readonly sequence: number;
  /** Of the last row, hexadecimal; empty before the first. */
  readonly hash: string;
}

export const taskAt = (request: Request, position: number): Task => {
  const task = request.tasks[position - 1];
  if (!task) throw new RangeError(`request ${request.id} has no task ${position}`);
  return task;
};

/**
 * Whether an executor may be at a pending task, or be about to begin: its command came with that of another, of which nobody has told
 * anything yet. Whatever is told of that one tells which of them were begun.
 */
export const isHandedOver = ({ tasks }: Pick<Request, 'tasks'>, { status, followUpOf }: Task): boolean =>
  status === 'pending' && followUpOf !== null && tasks[followUpOf - 1]?.status === 'queued';

/** The task a failed request waits for: the first that failed or is stuck. */
export const failedTask = (tasks: readonly Task[]): Task | undefined =>
  tasks.find(({ status }) => status === 'failed' || status === 'stuck');

export const completedCount = (tasks: readonly Task[]): number =>
  tasks.filter(({ status }) => status === 'completed').length;

export const skippedCount = (tasks: readonly Task[]): number =>
  tasks.filter(({ status }) => status === 'skipped').length;

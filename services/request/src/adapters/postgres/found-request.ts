import type { JsonObject } from '@pao/kernel';
import type {
  CatalogReference,
  Cost,
  Failure,
  QuotaUnit,
  Request,
  Requester,
  StuckReason,
  Task,
} from '../../core/domain/request.ts';
import type { Decision } from '../../core/domain/status.ts';
import type { RequestStatus, TaskStatus } from '../../core/domain/transitions.ts';
import type { PlanDecision, WaitingFor } from '../../core/domain/waiting.ts';
import { type ApprovalsColumn, toApprovals } from './approval-rows.ts';

/** A request as one row: its tasks come as JSON. */
export interface RequestRow {
  readonly id: string;
  readonly submission_id: string;
  readonly tenant_id: string;
  readonly requester: Requester;
  readonly kind: Request['kind'];
  readonly catalog_id: string;
  readonly catalog_version: string;
  readonly catalog_hash: string;
  readonly name: string;
  readonly input: JsonObject;
  readonly correlation_id: string;
  readonly trace_id: string | null;
  readonly created_at: Date;
  readonly plan_digest: string | null;
  readonly cost: readonly Cost[] | null;
  readonly team: string | null;
  readonly quota: readonly QuotaUnit[] | null;
  readonly status: RequestStatus;
  readonly decision: Decision;
  readonly version: number;
  readonly escalation_round: number;
  readonly audit_sequence: number;
  readonly audit_hash: string;
  readonly updated_at: Date;
  readonly approvals: ApprovalsColumn;
  readonly tasks: readonly TaskRow[];
}

/** Times are texts in JSON. */
type StoredWait = Omit<WaitingFor, 'since' | 'until' | 'decision'> & {
  readonly since: string;
  readonly until: string;
  readonly decision: (Omit<PlanDecision, 'at'> & { readonly at: string }) | null;
};

interface TaskRow {
  readonly id: string;
  readonly position: number;
  readonly component: string | null;
  readonly catalog_id: string;
  readonly catalog_version: string;
  readonly catalog_hash: string;
  readonly action_id: string;
  readonly type: string;
  readonly name: string;
  readonly executor: string;
  readonly depends_on: readonly number[];
  readonly status: TaskStatus;
  readonly generation: number;
  readonly outputs: JsonObject | null;
  readonly failure: Failure | null;
  readonly stuck: StuckReason | null;
  readonly ticket_key: string | null;
  readonly ticket_url: string | null;
  readonly external_ref: string | null;
  readonly follow_up_of: number | null;
  readonly rollback_of: number | null;
  readonly by_hand: boolean | null;
  readonly waiting_for: StoredWait | null;
  readonly called_back_at: string | null;
  readonly queued_at: string | null;
  readonly started_at: string | null;
  readonly finished_at: string | null;
}

const referenceOf = (row: RequestRow | TaskRow): CatalogReference => ({
  id: row.catalog_id,
  version: row.catalog_version,
  hash: row.catalog_hash,
});

const time = (text: string | null): Date | null => (text === null ? null : new Date(text));

export const toRequest = (row: RequestRow): Request => ({
  id: row.id,
  submissionId: row.submission_id,
  tenantId: row.tenant_id,
  correlationId: row.correlation_id,
  traceId: row.trace_id,
  kind: row.kind,
  catalog: referenceOf(row),
  name: row.name,
  requester: row.requester,
  input: row.input,
  planDigest: row.plan_digest,
  cost: row.cost,
  team: row.team,
  quota: row.quota,
  createdAt: row.created_at,
  status: row.status,
  decision: row.decision,
  version: row.version,
  escalationRound: row.escalation_round,
  audit: { sequence: row.audit_sequence, hash: row.audit_hash },
  updatedAt: row.updated_at,
  tasks: row.tasks.map(toTask),
  approvals: toApprovals(row.approvals),
});

const toWaitingFor = ({ since, until, decision, ...wait }: StoredWait): WaitingFor => ({
  ...wait,
  since: new Date(since),
  until: new Date(until),
  decision: decision && { ...decision, at: new Date(decision.at) },
});

const toTask = (row: TaskRow): Task => ({
  id: row.id,
  position: row.position,
  component: row.component,
  catalog: referenceOf(row),
  actionId: row.action_id,
  type: row.type,
  name: row.name,
  executor: row.executor,
  dependsOn: row.depends_on,
  status: row.status,
  generation: row.generation,
  outputs: row.outputs ?? {},
  externalRef: row.external_ref,
  followUpOf: row.follow_up_of,
  rollbackOf: row.rollback_of,
  byHand: row.by_hand === true,
  failure: row.failure,
  stuck: row.stuck,
  ticket: row.ticket_key === null || row.ticket_url === null ? null : { key: row.ticket_key, url: row.ticket_url },
  waitingFor: row.waiting_for && toWaitingFor(row.waiting_for),
  calledBackAt: time(row.called_back_at),
  queuedAt: time(row.queued_at),
  startedAt: time(row.started_at),
  finishedAt: time(row.finished_at),
});

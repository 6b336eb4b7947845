import type { Handover, Step, Ticket } from '../../core/domain/tickets/handover.ts';

export interface StepRow {
  readonly task_id: string;
  readonly generation: number;
  readonly step: string;
  readonly state: Step['state'];
  readonly due_at: string | null;
  readonly tries: number;
  readonly probes: number;
  readonly fence: number;
  readonly problem: Step['problem'];
  readonly detail: Step['detail'];
}

export interface HandoverRow {
  readonly request_id: string;
  readonly tenant_id: string;
  readonly correlation_id: string;
  readonly round: number;
  readonly status: Handover['status'];
  readonly snapshot: Handover['snapshot'];
  readonly tickets: readonly Ticket[] | null;
  readonly steps: readonly StepRow[] | null;
  readonly now: Date;
}

const toStep = (row: StepRow): Step => ({
  taskId: row.task_id,
  generation: row.generation,
  name: row.step,
  state: row.state,
  dueAt: row.due_at === null ? null : new Date(row.due_at),
  tries: row.tries,
  probes: row.probes,
  fence: row.fence,
  problem: row.problem,
  detail: row.detail,
});

export const toHandover = (row: HandoverRow): Handover => ({
  requestId: row.request_id,
  tenantId: row.tenant_id,
  correlationId: row.correlation_id,
  round: row.round,
  status: row.status,
  snapshot: row.snapshot,
  tickets: row.tickets ?? [],
  steps: (row.steps ?? []).map(toStep),
});

export const ticketRow = (ticket: Ticket) => ({
  task_id: ticket.taskId,
  generation: ticket.generation,
  state: ticket.state,
  issue_id: ticket.issue?.id ?? null,
  issue_key: ticket.issue?.key ?? null,
  ticket,
});

export const stepRow = (step: Step): StepRow => ({
  task_id: step.taskId,
  generation: step.generation,
  step: step.name,
  state: step.state,
  due_at: step.dueAt?.toISOString() ?? null,
  tries: step.tries,
  probes: step.probes,
  fence: step.fence,
  problem: step.problem,
  detail: step.detail,
});

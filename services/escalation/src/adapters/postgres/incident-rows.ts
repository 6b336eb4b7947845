import type { Fingerprint, Incident } from '../../core/domain/incidents/incident.ts';
import type { CountedIncident, IncidentRequest } from '../../core/ports/incident-store.ts';

export interface IncidentRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly catalog_id: string;
  readonly action_id: string;
  readonly failure_code: string;
  readonly target_host: string;
  readonly status: Incident['status'];
  readonly stops: number;
  readonly first_at: Date;
  readonly last_at: Date;
  readonly opened_at: Date | null;
  readonly closed_at: Date | null;
  readonly closed_by: string | null;
  readonly reason: string | null;
}

export interface CountedRow extends IncidentRow {
  readonly requests: number;
  readonly waiting: number;
  readonly stuck: number;
}

export interface IncidentRequestRow {
  readonly id: string;
  readonly request_id: string;
  readonly name: string;
  readonly requested_by: string;
  readonly status: 'open' | 'closed';
  readonly stuck: IncidentRequest['stuck'];
  readonly failure: { readonly message: string };
  readonly failed_at: Date;
}

/** As the columns hold it. */
export const fingerprintValues = ({ catalogId, actionId, failureCode, targetHost }: Fingerprint): readonly string[] => [
  catalogId,
  actionId,
  failureCode,
  targetHost ?? '',
];

export const toIncident = (row: IncidentRow): Incident => ({
  id: row.id,
  tenantId: row.tenant_id,
  fingerprint: {
    catalogId: row.catalog_id,
    actionId: row.action_id,
    failureCode: row.failure_code,
    targetHost: row.target_host === '' ? null : row.target_host,
  },
  status: row.status,
  stops: row.stops,
  firstAt: row.first_at,
  lastAt: row.last_at,
  openedAt: row.opened_at,
  closed: row.closed_at && { at: row.closed_at, by: row.closed_by, reason: row.reason ?? '' },
});

export const toCounted = (row: CountedRow): CountedIncident => ({
  ...toIncident(row),
  requests: row.requests,
  waiting: row.waiting,
  stuck: row.stuck,
});

export const toIncidentRequest = (row: IncidentRequestRow): IncidentRequest => ({
  escalationId: row.id,
  requestId: row.request_id,
  name: row.name,
  requestedBy: row.requested_by,
  waiting: row.status === 'open',
  stuck: row.stuck,
  message: row.failure.message,
  failedAt: row.failed_at,
});

import type { AuditRowView } from '@pao/contracts';
import type { AuditRow } from '../ports/audit-reader.ts';

/** A row of the audit in the shape of the API. */
export const auditRowView = (row: AuditRow): AuditRowView => ({
  requestId: row.requestId,
  sequence: row.sequence,
  at: row.at.toISOString(),
  recordedAt: row.recordedAt.toISOString(),
  actor: row.actor,
  change: row.change,
  taskId: row.taskId,
  from: row.from,
  to: row.to,
  correlationId: row.correlationId,
  traceId: row.traceId,
  reason: row.reason,
  generation: row.generation,
  hash: row.hash,
});

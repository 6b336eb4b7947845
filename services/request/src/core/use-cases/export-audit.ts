import { AUDIT_CSV_HEAD, auditCsvLine } from '../domain/audit-csv.ts';
import type { AuditFilter, AuditReader, AuditRow } from '../ports/audit-reader.ts';
import { auditRowView } from './audit-views.ts';

export type ExportFormat = 'jsonl' | 'csv';

const BATCH = 1_000;

/** The rows that fit, by request and oldest first, as pieces of a file. No more than a batch of rows is held at once. */
export const exportAudit = (reader: AuditReader) =>
  async function* (filter: AuditFilter, format: ExportFormat): AsyncGenerator<string> {
    if (format === 'csv') yield AUDIT_CSV_HEAD;
    const line = format === 'csv' ? toCsv : toJson;
    let after: AuditRow | undefined;
    do {
      const rows = await reader.inChains(filter, { limit: BATCH, ...(after && { after }) });
      if (rows.length > 0) yield rows.map(line).join('');
      after = rows.length === BATCH ? rows.at(-1) : undefined;
    } while (after);
  };

const toJson = (row: AuditRow): string => `${JSON.stringify(auditRowView(row))}\n`;

const toCsv = (row: AuditRow): string => auditCsvLine(auditRowView(row));

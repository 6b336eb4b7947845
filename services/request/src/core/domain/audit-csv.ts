import { csvLine } from '@pao/kernel';

/** The columns of an export, in this order for good: a new one is added at the end. */
export const AUDIT_CSV_COLUMNS = [
  'requestId',
  'sequence',
  'at',
  'recordedAt',
  'actor',
  'change',
  'taskId',
  'from',
  'to',
  'correlationId',
  'traceId',
  'hash',
  'reason',
  'generation',
] as const;

type Cells = { readonly [Column in (typeof AUDIT_CSV_COLUMNS)[number]]: string | number | null };

/** A line of RFC 4180, its end included. A text that would be a formula gets a quote in front. */
export const auditCsvLine = (row: Cells): string => `${csvLine(AUDIT_CSV_COLUMNS.map((column) => row[column]))}\r\n`;

export const AUDIT_CSV_HEAD = `${AUDIT_CSV_COLUMNS.join(',')}\r\n`;

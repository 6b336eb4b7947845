import type { Finding } from '@pao/documents';

/** What a validation found: the same value for every format it is printed in. */
export interface Report {
  /** Documents that were judged. */
  readonly documents: number;
  readonly findings: readonly Finding[];
  /** The text of a file, for showing the line a finding is about; undefined when it was not read. */
  readonly textOf?: (path: string) => string | undefined;
}

export interface ReportSummary {
  readonly documents: number;
  readonly errors: number;
  readonly warnings: number;
}

export const summaryOf = ({ documents, findings }: Report): ReportSummary => {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  return { documents, errors, warnings: findings.length - errors };
};

/** Whether the report says no: errors always do, warnings only when `strict`. */
export const isRefused = (report: Report, options: { readonly strict?: boolean } = {}): boolean => {
  const { errors, warnings } = summaryOf(report);
  return errors > 0 || (options.strict === true && warnings > 0);
};

/** `12 documents, 3 errors, 1 warning`. */
export const summaryText = (report: Report): string => {
  const { documents, errors, warnings } = summaryOf(report);
  return [count(documents, 'document'), count(errors, 'error'), count(warnings, 'warning')].join(', ');
};

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

export interface JsonReport {
  readonly valid: boolean;
  readonly summary: ReportSummary;
  readonly findings: readonly Finding[];
}

/** For programs; `valid` is what the exit code says. */
export const jsonReport = (report: Report, options: { readonly strict?: boolean } = {}): JsonReport => ({
  valid: !isRefused(report, options),
  summary: summaryOf(report),
  findings: report.findings,
});

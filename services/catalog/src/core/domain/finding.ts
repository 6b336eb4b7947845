/** One thing wrong in a file of the catalog. Lines and columns count from 1. */
export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  /** An error keeps the document from being published; a warning does not. */
  readonly severity: 'error' | 'warning';
  /** Stable; people look it up. */
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

/** As many as a person will ever read; a catalog that is wrong throughout must not fill the database. */
const MAX_LISTED = 1_000;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const byWeight = (a: Finding, b: Finding): number =>
  compare(a.severity, b.severity) || compare(a.path, b.path) || a.line - b.line || a.column - b.column;

/** The findings in the order people work them off: errors before warnings, then by place. The last says how many were cut. */
export const listFindings = (findings: readonly Finding[]): readonly Finding[] => {
  const sorted = findings.toSorted(byWeight);
  const first = sorted[MAX_LISTED];
  if (first === undefined) return sorted;
  const rest: Finding = {
    path: first.path,
    line: first.line,
    column: first.column,
    severity: first.severity,
    code: 'MORE_FINDINGS',
    message: `${sorted.length - MAX_LISTED} more findings are not listed`,
    hint: 'mend the listed ones first',
  };
  return [...sorted.slice(0, MAX_LISTED), rest];
};

export const countErrors = (findings: readonly Finding[]): number =>
  findings.filter(({ severity }) => severity === 'error').length;

export type Severity = 'error' | 'warning';

/** One thing that is wrong with a document, at one place. Lines and columns count from 1, columns in UTF-16 units. */
export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  /** What would put it right, where that is known. */
  readonly hint?: string;
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly endLine?: number;
  readonly endColumn?: number;
  /** JSON Pointer of the value; absent when the text could not be read at all. */
  readonly pointer?: string;
}

/** `path:line:column: severity CODE message (hint)`, on one line whatever the document holds. */
export const formatFinding = (finding: Finding): string => {
  const hint = finding.hint === undefined ? '' : ` (${finding.hint})`;
  const place = `${finding.path}:${finding.line}:${finding.column}`;
  return oneLine(`${place}: ${finding.severity} ${finding.code} ${finding.message}${hint}`);
};

export const hasErrors = (findings: readonly Finding[]): boolean =>
  findings.some((finding) => finding.severity === 'error');

export const byPlace = (a: Finding, b: Finding): number =>
  compare(a.path, b.path) || a.line - b.line || a.column - b.column || compare(a.code, b.code);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

// Documents quote themselves in messages; a line break or an escape sequence must not forge another line of output.
const oneLine = (text: string): string =>
  text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (character) =>
    character === '\n' ? ' ' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

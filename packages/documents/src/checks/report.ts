import type { Code } from '../codes.ts';
import type { Finding } from '../finding.ts';
import type { Path } from '../pointer.ts';
import type { FindingOptions, Source } from '../source.ts';

/** How a check says what it found. Paths are those of the file, not of the completed document. */
export type Report = (code: Code, path: Path, message: string, options?: FindingOptions) => void;

export const collect = (source: Source): { readonly report: Report; readonly findings: Finding[] } => {
  const findings: Finding[] = [];
  return {
    findings,
    report: (code, path, message, options) => findings.push(source.finding(code, path, message, options)),
  };
};

export const FORM_PATH: Path = ['input', 'form'];

/** The positions of values that occurred before, by the text that identifies them. */
export const repeated = (names: readonly string[]): readonly number[] => {
  const seen = new Set<string>();
  return names.flatMap((name, index) => {
    if (seen.has(name)) return [index];
    seen.add(name);
    return [];
  });
};

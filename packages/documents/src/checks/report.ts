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

/** Calls back for every text inside a value, with the path to it. Keys are texts as well, but not templates. */
export const eachText = (value: unknown, path: Path, visit: (text: string, path: Path) => void): void => {
  if (typeof value === 'string') visit(value, path);
  else if (Array.isArray(value)) {
    for (const [index, entry] of value.entries()) eachText(entry, [...path, index], visit);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, entry] of Object.entries(value)) eachText(entry, [...path, key], visit);
  }
};

/** The positions of values that occurred before, by the text that identifies them. */
export const repeated = (names: readonly string[]): readonly number[] => {
  const seen = new Set<string>();
  return names.flatMap((name, index) => {
    if (seen.has(name)) return [index];
    seen.add(name);
    return [];
  });
};

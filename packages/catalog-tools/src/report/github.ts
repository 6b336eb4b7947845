import type { Finding } from '@pao/documents';
import { type Report, summaryText } from './report.ts';
import { visible } from './visible.ts';

/** Workflow commands of GitHub Actions: each finding becomes an annotation at its line of the pull request. */
export const githubReport = (report: Report): string =>
  [...report.findings.map(annotation), summaryText(report)].join('\n');

const annotation = (finding: Finding): string => {
  const { severity, path, line, column, endLine = line, endColumn } = finding;
  const properties = {
    file: path,
    line,
    // A column range is only accepted within one line.
    ...(endLine === line ? { col: column } : {}),
    endLine,
    ...(endLine === line && endColumn !== undefined && endColumn > column ? { endColumn } : {}),
    title: finding.code,
  };
  const words = Object.entries(properties).map(([key, value]) => `${key}=${property(String(value))}`);
  const hint = finding.hint === undefined ? '' : `\nHint: ${finding.hint}`;
  return `::${severity} ${words.join(',')}::${data(`${finding.message}${hint}`)}`;
};

const data = (text: string): string =>
  text.split(/\r?\n/).map(visible).join('\n').replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

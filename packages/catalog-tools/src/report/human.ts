import type { Finding } from '@pao/documents';
import { type Report, summaryOf, summaryText } from './report.ts';
import { visible } from './visible.ts';

export interface HumanOptions {
  /** ANSI colours. */
  readonly colour?: boolean;
}

type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'green' | 'cyan';
type Paint = (style: Style, text: string) => string;

const STYLES: { readonly [style in Style]: readonly [open: number, close: number] } = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  yellow: [33, 39],
  green: [32, 39],
  cyan: [36, 39],
};

const painter =
  (colour: boolean): Paint =>
  (style, text) => {
    const [open, close] = STYLES[style];
    return colour ? `\u001b[${open}m${text}\u001b[${close}m` : text;
  };

/** For people: findings by file, each with its line and a caret, and a sum at the end. */
export const humanReport = (report: Report, options: HumanOptions = {}): string => {
  const paint = painter(options.colour ?? false);
  const files = Map.groupBy(report.findings, (finding) => finding.path);
  const blocks = [...files].map(([path, findings]) => {
    const lines = report.textOf?.(path)?.split(/\r?\n/);
    return [paint('bold', visible(path)), ...findings.map((finding) => block(finding, lines, paint))].join('\n');
  });
  const { errors, warnings } = summaryOf(report);
  const style = errors > 0 ? 'red' : warnings > 0 ? 'yellow' : 'green';
  return [...blocks, paint(style, summaryText(report))].join('\n\n');
};

const block = (finding: Finding, lines: readonly string[] | undefined, paint: Paint): string => {
  const place = paint('dim', visible(`${finding.path}:${finding.line}:${finding.column}:`));
  const severity = paint(finding.severity === 'error' ? 'red' : 'yellow', finding.severity);
  const shown = [`  ${place} ${severity} ${paint('bold', visible(finding.code))} ${visible(finding.message)}`];
  if (finding.hint !== undefined) shown.push(`    ${paint('cyan', 'hint:')} ${visible(finding.hint)}`);
  const line = lines?.[finding.line - 1];
  if (line !== undefined && line.trim() !== '') shown.push(...excerpt(finding, line, paint));
  return shown.join('\n');
};

const MAX_WIDTH = 120;
/** How much of a long line is shown before the caret. */
const BEFORE = 40;

const excerpt = (finding: Finding, line: string, paint: Paint): readonly string[] => {
  const number = String(finding.line);
  const at = Math.min(finding.column - 1, line.length);
  const from = at > MAX_WIDTH - BEFORE ? at - BEFORE : 0;
  const shown = line.slice(from, from + MAX_WIDTH);
  const lead = from > 0 ? '…' : '';
  // Tabs are kept in the margin as well: the caret stands below its character whatever a tab's width.
  const margin = shown.slice(0, at - from).replaceAll(/[^\t]/g, ' ');
  const carets = '^'.repeat(Math.max(1, Math.min(marked(finding, line), shown.length - (at - from))));
  return [
    `    ${paint('dim', `${number} |`)} ${lead}${text(shown)}${from + MAX_WIDTH < line.length ? '…' : ''}`,
    `    ${paint('dim', `${' '.repeat(number.length)} |`)} ${lead && ' '}${margin}${paint('red', carets)}`,
  ];
};

const text = (line: string): string => line.split('\t').map(visible).join('\t');

const marked = ({ line, column, endLine = line, endColumn = column + 1 }: Finding, source: string): number =>
  endLine > line ? source.trimEnd().length - column + 1 : endColumn - column;

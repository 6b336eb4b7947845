import { styleText } from 'node:util';
import Table from 'cli-table3';
import type { Terminal } from './terminal.ts';

export const OUTPUT_FORMATS = ['table', 'json'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

/** What a report on documents can be printed as. */
export const REPORT_FORMATS = ['human', 'json', 'sarif', 'github'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

const NO_BORDER = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** Rows under a heading, columns as wide as they need. Control characters of foreign text never reach the terminal. */
export const renderTable = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const table = new Table({
    head: [...head],
    chars: NO_BORDER,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  for (const row of rows) table.push(row.map(printable));
  return table.toString().replaceAll(/ +$/gm, '');
};

/** Replaces what could move the cursor or change colours, as names and messages come from other people. */
export const printable = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}]/gu, '\uFFFD');

/** The same of a text with lines of its own. */
export const printableBlock = (text: string): string =>
  text
    .split(/\r?\n/)
    .map((line) => printable(line.replaceAll('\t', '  ')))
    .join('\n');

const colours: Readonly<Record<string, 'green' | 'red' | 'yellow' | 'cyan'>> = {
  completed: 'green',
  failed: 'red',
  stuck: 'red',
  aborted: 'yellow',
  processing: 'cyan',
  queued: 'cyan',
};

export const paintStatus = (terminal: Terminal, status: string): string => {
  const colour = colours[status];
  return terminal.colour && colour !== undefined ? styleText(colour, status, { validateStream: false }) : status;
};

/** "3 minutes ago", for tables; exact times are in the JSON form. */
export const ago = (iso: string, now: Date): string => {
  const seconds = Math.max(0, Math.round((now.getTime() - Date.parse(iso)) / 1000));
  const units: readonly [number, string][] = [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'm'],
  ];
  const unit = units.find(([size]) => seconds >= size);
  return unit === undefined ? `${seconds}s ago` : `${Math.floor(seconds / unit[0])}${unit[1]} ago`;
};

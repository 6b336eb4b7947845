import type { Severity } from '../finding.ts';

/** Where an example belongs in a document; frames.ts makes a whole file of it. */
export type Frame =
  /** The whole text of a file. */
  | 'file'
  /** Keys of `metadata`, in place of those of the framing item. */
  | 'metadata'
  /** All of `metadata`. */
  | 'whole-metadata'
  /** Keys of `input.form`. */
  | 'form'
  /** Fields of one group, and what a condition or a template needs beside them. */
  | 'fields'
  /** `fulfillment.automatic.actions` of an item in automatic mode. */
  | 'actions'
  /** Keys of an item. */
  | 'item'
  /** Keys of a bundle. */
  | 'bundle';

export interface CodeEntry {
  readonly severity: Severity;
  /** What is wrong, and why it matters; a sentence or two. */
  readonly summary: string;
  readonly frame: Frame;
  readonly bad: string;
  readonly good: string;
}

type Described = Omit<CodeEntry, 'severity'>;

export const error = (entry: Described): CodeEntry => ({ severity: 'error', ...entry });
export const warning = (entry: Described): CodeEntry => ({ severity: 'warning', ...entry });

/** YAML as it is written here, without the indentation of the code around it. */
export const yaml = (strings: TemplateStringsArray): string => {
  const lines = (strings.raw[0] ?? '').replaceAll('\\`', '`').replace(/^\n/, '').trimEnd().split('\n');
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length);
  const indent = Math.min(...indents);
  return `${lines.map((line) => line.slice(indent)).join('\n')}\n`;
};

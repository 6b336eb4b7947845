import { createHash } from 'node:crypto';

/** What happened in a run, in order. Two runs of one seed give the same text. */
export interface Trace {
  add(line: string): void;
  /** Over all lines so far, hexadecimal. Ends the trace. */
  digest(): string;
  /** The last lines, or all when all are kept. */
  lines(): readonly string[];
}

const KEPT = 400;

export const createTrace = (keepAll: boolean): Trace => {
  const hash = createHash('sha256');
  let kept: string[] = [];
  let pending = '';
  return {
    add: (line) => {
      pending += `${line}\n`;
      if (pending.length > 16_384) {
        hash.update(pending);
        pending = '';
      }
      kept.push(line);
      if (!keepAll && kept.length > 2 * KEPT) kept = kept.slice(-KEPT);
    },
    digest: () => hash.update(pending).digest('hex'),
    lines: () => (keepAll ? kept : kept.slice(-KEPT)),
  };
};

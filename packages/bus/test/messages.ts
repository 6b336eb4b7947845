import { randomUUID } from 'node:crypto';
import type { Logger, OutgoingMessage } from '../src/index.ts';

/** A message to the default pool's task queue, unless said otherwise. */
export const outgoing = (fields: Partial<OutgoingMessage> = {}): OutgoingMessage => {
  const id = fields.id ?? randomUUID();
  return {
    id,
    destination: 'queue:tasks-default',
    groupId: 'g1',
    dedupId: id,
    type: 'execute-task.v1',
    body: JSON.stringify({ id, text: 'grüße "quoted"\n' }),
    ...fields,
  };
};

export interface Logged {
  readonly level: string;
  readonly fields: object;
  readonly message: string;
}

/** A logger that keeps what it is told. */
export const createTestLogger = (): Logger & { readonly lines: Logged[] } => {
  const lines: Logged[] = [];
  const at = (level: string) => (fields: object, message: string) => void lines.push({ level, fields, message });
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
};

/** Resolves once the condition holds; the test's own time-out is the limit. */
export const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
};

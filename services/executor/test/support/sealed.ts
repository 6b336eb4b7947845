import { randomBytes } from 'node:crypto';
import type { TaskCommand } from '@pao/executor-sdk';
import type { JsonObject } from '@pao/kernel';
import { createSealer, type DataSealer } from '@pao/runtime';

/** A sealer on fresh bytes. */
export const sealerNamed = (id: string): DataSealer => {
  const sealer = createSealer([{ id, bytes: randomBytes(32) }]);
  if (sealer === undefined) throw new Error('no keys');
  return sealer;
};

export interface SealedParts {
  readonly config: JsonObject;
  readonly secrets: readonly string[];
  readonly members: readonly string[];
}

/** The command with this configuration sealed for it, as the request service does. */
export const sealedFor = (command: TaskCommand, sealer: DataSealer, parts: SealedParts): TaskCommand => {
  const { tenantId, requestId, taskId, generation, action } = command;
  const place = { tenantId, requestId, place: `task.${taskId}.${generation}` };
  return { ...command, action: { ...action, config: {}, sealedConfig: sealer.seal(JSON.stringify(parts), place) } };
};

import { randomBytes } from 'node:crypto';
import { createUuidV7, type JsonObject } from '@pao/kernel';
import type { Action, TaskCommand } from '../../src/core/domain/task-command.ts';

export const newId = createUuidV7(Date.now, randomBytes);

export interface CommandOptions extends Partial<Omit<TaskCommand, 'action'>> {
  readonly action?: Partial<Action>;
}

/** A command as the request service sends it, with what a test cares about put in. */
export const commandOf = ({ action, ...fields }: CommandOptions = {}): TaskCommand => ({
  requestId: newId(),
  taskId: newId(),
  generation: 1,
  tenantId: 'default',
  correlationId: newId(),
  fingerprint: 'f'.repeat(64),
  ...fields,
  action: {
    type: 'rest-api',
    id: 'create-thing',
    config: {},
    outputs: {},
    timeoutSeconds: 5,
    idempotent: false,
    ...action,
  },
});

/** The data of an event's message. */
export const dataOf = (event: { readonly body: string } | undefined): JsonObject =>
  event === undefined ? {} : (JSON.parse(event.body) as { readonly data: JsonObject }).data;

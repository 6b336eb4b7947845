import type { OutgoingMessage } from '@pao/bus';
import { encodeMessage, executeTaskV1 } from '@pao/contracts';
import type { JsonObject } from '@pao/kernel';
import { newId } from '@pao/runtime';
import type { Action, TaskCommand } from '../core/domain/task-command.ts';

export { newId };

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

const CATALOG = { id: 'database-postgresql-standard', version: '1.0.0', hash: 'a'.repeat(64) };

const orderOf = ({ taskId, generation, action: { config, ...action } }: TaskCommand) => ({
  ...{ taskId, generation, catalog: CATALOG },
  action: { ...action, config: config as Record<string, string> },
});

/** The message that brings a command, and tasks that may be begun behind it. */
export const orderMessage = (command: TaskCommand, followUps: readonly TaskCommand[]): OutgoingMessage => {
  const { requestId, correlationId, tenantId, traceparent } = command;
  const id = newId();
  const fields = { id, subject: requestId, time: new Date(), correlationId, tenantId };
  const behind = followUps.length > 0 && { followUps: followUps.map(orderOf) };
  const data = { requestId, ...orderOf(command), ...behind };
  return {
    id,
    destination: 'queue:tasks-default',
    groupId: requestId,
    dedupId: id,
    type: executeTaskV1.type,
    body: encodeMessage(executeTaskV1, fields, data),
    ...(traceparent !== undefined && { traceparent }),
  };
};

/** The message that brings a command alone. */
export const messageOf = (command: TaskCommand): OutgoingMessage => orderMessage(command, []);

/** The data of an event's message. */
export const dataOf = (event: { readonly body: string } | undefined): JsonObject =>
  event === undefined ? {} : (JSON.parse(event.body) as { readonly data: JsonObject }).data;

import { hash } from 'node:crypto';
import { done, type Handled, type IncomingMessage, retryLater } from '@pao/bus';
import { decodeMessage, executeTaskV1 } from '@pao/contracts';
import type { JsonObject } from '@pao/kernel';
import { runWithCorrelationId } from '@pao/runtime';
import type { TaskCommand } from '../../core/domain/task-command.ts';
import type { Executed } from '../../core/use-cases/execute-task.ts';

/** @throws for a message that breaks the contract: a bug of its sender, so it ends in the dead letters. */
const toCommand = ({ body, traceparent }: IncomingMessage): TaskCommand => {
  const { data, correlationid, tenantid } = decodeMessage(executeTaskV1, body);
  const { requestId, taskId, generation } = data;
  const action = { ...data.action, config: data.action.config as JsonObject };
  return {
    requestId,
    taskId,
    generation,
    tenantId: tenantid,
    correlationId: correlationid,
    traceparent,
    action,
    fingerprint: hash('sha256', JSON.stringify(action), 'hex'),
  };
};

/** Takes one command of the pool's queue. It is acknowledged when its end is recorded, or was before. */
export const createHandleCommand =
  (executeTask: (command: TaskCommand) => Promise<Executed>) =>
  async (message: IncomingMessage): Promise<Handled> => {
    const command = toCommand(message);
    const executed = await runWithCorrelationId(command.correlationId, () => executeTask(command));
    return executed.kind === 'done' ? done : retryLater(executed.afterMs);
  };

import { hash } from 'node:crypto';
import { done, type Handled, type IncomingMessage, retryLater } from '@pao/bus';
import { cancelTaskV1, decodeMessage, executeTaskV1 } from '@pao/contracts';
import type { JsonObject } from '@pao/kernel';
import { runWithCorrelationId } from '@pao/runtime';
import type { TaskCancellation, TaskCommand } from '../../core/domain/task-command.ts';
import type { Executor } from '../../core/use-cases/executor.ts';

/** @throws for a message that breaks the contract: a bug of its sender, so it ends in the dead letters. */
const toCommand = ({ body, traceparent }: IncomingMessage): TaskCommand => {
  const { data, correlationid, tenantid } = decodeMessage(executeTaskV1, body);
  const { requestId, taskId, generation } = data;
  const { sealedConfig, ...plain } = data.action;
  const action = { ...plain, config: plain.config as JsonObject };
  return {
    requestId,
    taskId,
    generation,
    tenantId: tenantid,
    correlationId: correlationid,
    traceparent,
    action: sealedConfig === undefined ? action : { ...action, sealedConfig },
    // Without what is sealed: it says nothing about the secrets, and is sealed anew when a command is sent again.
    fingerprint: hash('sha256', JSON.stringify(action), 'hex'),
  };
};

const toCancellation = ({ body }: IncomingMessage): TaskCancellation => {
  const { data, correlationid, tenantid } = decodeMessage(cancelTaskV1, body);
  return { ...data, tenantId: tenantid, correlationId: correlationid };
};

/** Takes one command of the pool's queue. It is acknowledged when its end is recorded, or was before. */
export const createHandleCommand =
  ({ executeTask, cancelTask }: Pick<Executor, 'executeTask' | 'cancelTask'>) =>
  async (message: IncomingMessage): Promise<Handled> => {
    if (message.type === cancelTaskV1.type) {
      const cancellation = toCancellation(message);
      await runWithCorrelationId(cancellation.correlationId, () => cancelTask(cancellation));
      return done;
    }
    const command = toCommand(message);
    const executed = await runWithCorrelationId(command.correlationId, () => executeTask(command));
    return executed.kind === 'done' ? done : retryLater(executed.afterMs);
  };

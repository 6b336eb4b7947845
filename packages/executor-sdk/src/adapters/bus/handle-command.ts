import { hash } from 'node:crypto';
import { done, type Handled, type IncomingMessage, retryLater } from '@pao/bus';
import {
  cancelTaskV1,
  decodeMessage,
  type ExecuteTaskV1,
  executeTaskV1,
  type ResumeTaskV1,
  resumeTaskV1,
} from '@pao/contracts';
import type { Json, JsonObject } from '@pao/kernel';
import { runWithCorrelationId } from '@pao/runtime';
import type { TaskCancellation, TaskCommand, TaskReference } from '../../core/domain/task-command.ts';
import type { Answer } from '../../core/domain/verdict.ts';
import type { GivenAnswer } from '../../core/ports/parked-tasks.ts';
import type { Executor } from '../../core/use-cases/executor.ts';

type Order = Pick<ExecuteTaskV1, 'taskId' | 'generation' | 'action'>;

/** @throws for a message that breaks the contract: a bug of its sender, so it ends in the dead letters. */
const toCommands = ({ body, traceparent }: IncomingMessage) => {
  const { data, correlationid, tenantid } = decodeMessage(executeTaskV1, body);
  const { requestId, callbackUrl, followUps = [] } = data;
  const shared = { requestId, tenantId: tenantid, correlationId: correlationid, traceparent };
  const toCommand = ({ taskId, generation, action: { sealedConfig, ...plain } }: Order): TaskCommand => {
    const action = { ...plain, config: plain.config as JsonObject };
    return {
      ...{ ...shared, taskId, generation },
      action: sealedConfig === undefined ? action : { ...action, sealedConfig },
      // Without what is sealed: it says nothing about the secrets, and is sealed anew when a command is sent again.
      fingerprint: hash('sha256', JSON.stringify(action), 'hex'),
    };
  };
  const command = { ...toCommand(data), ...(callbackUrl !== undefined && { callbackUrl }) };
  return { command, followUps: followUps.map(toCommand) };
};

const toCancellation = ({ body }: IncomingMessage): TaskCancellation => {
  const { data, correlationid, tenantid } = decodeMessage(cancelTaskV1, body);
  return { ...data, tenantId: tenantid, correlationId: correlationid };
};

const toAnswer = ({ body }: IncomingMessage): { readonly task: TaskReference; readonly given: GivenAnswer } => {
  const { data, correlationid, tenantid } = decodeMessage(resumeTaskV1, body);
  const { requestId, taskId, generation, answer } = data;
  const task = { requestId, taskId, generation, tenantId: tenantid, correlationId: correlationid };
  return { task, given: { answer: answerOf(answer), digest: hash('sha256', JSON.stringify(answer), 'hex') } };
};

const answerOf = (answer: ResumeTaskV1['answer']): Answer => {
  if (answer.kind === 'callback') return { kind: answer.kind, body: (answer.body ?? null) as Json };
  const { kind, approved, by, reason } = answer;
  return { kind, approved, by, ...(reason !== undefined && { reason }) };
};

/** Takes one command of the pool's queue. It is acknowledged when its end is recorded, or was before; an answer when it is kept. */
export const createHandleCommand =
  ({ executeTask, cancelTask, answerTask }: Pick<Executor, 'executeTask' | 'cancelTask' | 'answerTask'>) =>
  async (message: IncomingMessage): Promise<Handled> => {
    if (message.type === cancelTaskV1.type) {
      const cancellation = toCancellation(message);
      await runWithCorrelationId(cancellation.correlationId, () => cancelTask(cancellation));
      return done;
    }
    if (message.type === resumeTaskV1.type) {
      const { task, given } = toAnswer(message);
      const kept = await runWithCorrelationId(task.correlationId, () => answerTask(task, given));
      return kept.kind === 'done' ? done : retryLater(kept.afterMs);
    }
    const { command, followUps } = toCommands(message);
    const executed = await runWithCorrelationId(command.correlationId, () => executeTask(command, followUps));
    return executed.kind === 'done' ? done : retryLater(executed.afterMs);
  };

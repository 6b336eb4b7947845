import { done, type Handled, type IncomingMessage } from '@pao/bus';
import {
  decodeMessage,
  type Envelope,
  escalatedTaskSettledV1,
  handBackRefusedV1,
  type RequestAbortedV1,
  type RequestCompletedV1,
  type RequestFailedV1,
  type RequestResumedV1,
  type RequestRetriedV1,
  type RequestRollingBackV1,
  requestAbortedV1,
  requestCompletedV1,
  requestEscalatingV1,
  requestFailedV1,
  requestResumedV1,
  requestRetriedV1,
  requestRollingBackV1,
  type TaskFailedV1,
  type TaskStuckV1,
  taskFailedV1,
  taskStuckV1,
  taskTicketedV1,
  taskWaitingV1,
  waitsForTicket,
} from '@pao/contracts';
import type { RequestRetried, RequestSettled, RequestStopped, TaskFailure } from '../../core/domain/escalation.ts';
import type { EscalationStore } from '../../core/ports/escalation-store.ts';
import type { RecordStop } from '../../core/use-cases/record-stop.ts';
import type { TakeHandover } from '../../core/use-cases/take-handover.ts';
import { NOTIFICATIONS_ONLY } from './notification-events.ts';

export interface MessageHandlers {
  readonly recordStop: RecordStop;
  readonly recordTaskFailure: EscalationStore['recordTaskFailure'];
  readonly settle: EscalationStore['settle'];
  readonly resume: EscalationStore['resume'];
  readonly handover: TakeHandover;
  /** Notes what people are to be told of a message. */
  readonly notify: (message: IncomingMessage) => Promise<void>;
}

const toStopped = ({ tenantid, correlationid, data }: Envelope<RequestFailedV1>): RequestStopped => ({
  tenantId: tenantid,
  requestId: data.requestId,
  catalogId: data.catalog.id,
  catalogVersion: data.catalog.version,
  name: data.name,
  requestedBy: data.requestedBy,
  correlationId: correlationid,
  task: data.task,
  failure: toFailure(data.failure),
  stuck: data.stuck ?? null,
  completedTasks: data.completedTasks,
  totalTasks: data.totalTasks,
  failedAt: new Date(data.failedAt),
});

const toFailure = ({ code, message, evidence }: RequestFailedV1['failure']): RequestStopped['failure'] => ({
  code,
  message,
  ...(evidence !== undefined && { evidence }),
});

const failedTask = ({ tenantid, data }: Envelope<TaskFailedV1>): TaskFailure => ({
  tenantId: tenantid,
  requestId: data.requestId,
  taskId: data.taskId,
  generation: data.generation,
  kind: 'failed',
  stuck: null,
  failure: toFailure(data.failure),
  startedAt: new Date(data.startedAt),
  detectedAt: new Date(data.finishedAt),
});

const stuckTask = ({ tenantid, data }: Envelope<TaskStuckV1>): TaskFailure => ({
  tenantId: tenantid,
  requestId: data.requestId,
  taskId: data.taskId,
  generation: data.generation,
  kind: 'stuck',
  stuck: data.reason,
  failure: toFailure(data.failure),
  startedAt: data.startedAt === undefined ? null : new Date(data.startedAt),
  detectedAt: new Date(data.detectedAt),
});

const completedRequest = ({ tenantid, data }: Envelope<RequestCompletedV1>): RequestSettled => ({
  tenantId: tenantid,
  requestId: data.requestId,
  by: 'request-completed',
  at: new Date(data.completedAt),
});

const abortedRequest = ({ tenantid, data }: Envelope<RequestAbortedV1>): RequestSettled => ({
  tenantId: tenantid,
  requestId: data.requestId,
  by: 'request-aborted',
  at: new Date(data.abortedAt),
});

const retriedRequest = ({ tenantid, data }: Envelope<RequestRetriedV1>): RequestRetried => ({
  tenantId: tenantid,
  requestId: data.requestId,
  tasks: data.tasks,
  retriedAt: new Date(data.retriedAt),
});

/** What undoes its tasks runs for the first time, and may itself have stopped by now. */
const rollingBackRequest = ({ tenantid, data }: Envelope<RequestRollingBackV1>): RequestRetried => ({
  tenantId: tenantid,
  requestId: data.requestId,
  tasks: data.tasks.map(({ id }) => ({ id, generation: 1 })),
  retriedAt: new Date(data.decidedAt),
});

/** To whoever waits for somebody to act, a request that goes on by automation is one that was retried. */
const resumedRequest = ({ tenantid, data }: Envelope<RequestResumedV1>): RequestRetried => ({
  tenantId: tenantid,
  requestId: data.requestId,
  tasks: data.tasks,
  retriedAt: new Date(data.resumedAt),
});

/** What concerns requests in the hands of people; false: nothing of it. */
const takeHandover = async ({ handover }: MessageHandlers, { type, body }: IncomingMessage): Promise<boolean> => {
  switch (type) {
    case requestEscalatingV1.type: {
      const { id, tenantid, correlationid, data } = decodeMessage(requestEscalatingV1, body);
      await handover.escalating(id, { tenantId: tenantid, correlationId: correlationid, data });
      return true;
    }
    case taskWaitingV1.type: {
      const { id, tenantid, correlationid, data } = decodeMessage(taskWaitingV1, body);
      if (waitsForTicket(data) && data.waitingFor.system === 'jira')
        await handover.waiting(id, { tenantId: tenantid, correlationId: correlationid, data });
      return true;
    }
    case taskTicketedV1.type: {
      const { id, tenantid, correlationid, data } = decodeMessage(taskTicketedV1, body);
      await handover.ticketed(id, { tenantId: tenantid, correlationId: correlationid, data });
      return true;
    }
    case escalatedTaskSettledV1.type: {
      const { id, data } = decodeMessage(escalatedTaskSettledV1, body);
      await handover.settled(id, data.requestId, data, data.by);
      return true;
    }
    case handBackRefusedV1.type: {
      const { id, data } = decodeMessage(handBackRefusedV1, body);
      await handover.refused(id, data.requestId, data, data.problems);
      return true;
    }
    default:
      return false;
  }
};

const end = async ({ settle, handover }: MessageHandlers, settled: RequestSettled): Promise<void> => {
  const handedOver = await settle(settled);
  // What is heard of the tickets of an aborted request may come after this.
  if (handedOver || settled.by === 'request-aborted') await handover.ended(settled, settled.by);
};

const store = async (handlers: MessageHandlers, { type, body }: IncomingMessage): Promise<void> => {
  switch (type) {
    case requestFailedV1.type: {
      const message = decodeMessage(requestFailedV1, body);
      return handlers.recordStop(message.id, toStopped(message));
    }
    case requestCompletedV1.type:
      return end(handlers, completedRequest(decodeMessage(requestCompletedV1, body)));
    case requestAbortedV1.type:
      return end(handlers, abortedRequest(decodeMessage(requestAbortedV1, body)));
    case requestResumedV1.type: {
      const message = decodeMessage(requestResumedV1, body);
      const resumed = resumedRequest(message);
      await handlers.handover.ended(resumed, 'request-resumed', message.data.tasks);
      return handlers.resume(resumed);
    }
    case requestRetriedV1.type:
      return handlers.resume(retriedRequest(decodeMessage(requestRetriedV1, body)));
    case requestRollingBackV1.type:
      return handlers.resume(rollingBackRequest(decodeMessage(requestRollingBackV1, body)));
    case taskFailedV1.type: {
      const message = decodeMessage(taskFailedV1, body);
      return handlers.recordTaskFailure(message.id, failedTask(message));
    }
    case taskStuckV1.type: {
      const message = decodeMessage(taskStuckV1, body);
      return handlers.recordTaskFailure(message.id, stuckTask(message));
    }
    default:
      // Not acknowledged: a newer version of this service may know it, and in the dead letters it is seen.
      throw new Error(`no handler for ${type}`);
  }
};

/** Takes one message of the inbox: what it says is stored before it is acknowledged. */
export const createHandleMessage =
  (handlers: MessageHandlers) =>
  async (message: IncomingMessage): Promise<Handled> => {
    const known = await takeHandover(handlers, message);
    // After what it says is stored, since that may be what is told of it; each may be repeated without the other.
    if (!known && !NOTIFICATIONS_ONLY.has(message.type)) await store(handlers, message);
    await handlers.notify(message);
    return done;
  };

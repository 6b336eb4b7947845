import { done, type Handled, type IncomingMessage } from '@pao/bus';
import {
  catalogItemPublishedV1,
  catalogItemRetiredV1,
  catalogSyncCompletedV1,
  decodeMessage,
  type Envelope,
  taskCancelledV1,
  taskFailedV1,
  taskStartedV1,
  taskStuckV1,
  taskSucceededV1,
} from '@pao/contracts';
import type { JsonObject } from '@pao/kernel';
import { currentTraceId, currentTraceparent } from '@pao/runtime';
import type { Attempt, Finding } from '../../core/domain/decide.ts';
import type { Failure } from '../../core/domain/request.ts';
import { toStorable } from '../../core/domain/storable.ts';
import type { CatalogProjection } from '../../core/ports/catalog-projection.ts';
import type { ReceivedReport } from '../../core/use-cases/record-report.ts';

export interface InboxHandlers {
  readonly record: (received: ReceivedReport) => Promise<unknown>;
  readonly projection: CatalogProjection;
}

const received = (
  { id, correlationid }: Envelope,
  { requestId, taskId, generation }: Attempt & { readonly requestId: string },
  finding: Finding,
): ReceivedReport => ({
  eventId: id,
  requestId,
  report: { ...finding, taskId, generation },
  context: { correlationId: correlationid, traceId: currentTraceId(), traceparent: currentTraceparent() },
});

const failureOf = ({ code, message, evidence }: { code: string; message: string; evidence?: JsonObject | undefined }) =>
  toStorable({ code, message, ...(evidence !== undefined && { evidence }) }) as Failure;

/** What the message of a task says, whichever it is; undefined for all other messages. */
const reportOf = ({ type, body }: IncomingMessage): ReceivedReport | undefined => {
  switch (type) {
    case taskStartedV1.type: {
      const message = decodeMessage(taskStartedV1, body);
      return received(message, message.data, { kind: 'start', startedAt: new Date(message.data.startedAt) });
    }
    case taskSucceededV1.type: {
      const message = decodeMessage(taskSucceededV1, body);
      const { startedAt, finishedAt, outputs } = message.data;
      const times = { startedAt: new Date(startedAt), at: new Date(finishedAt) };
      return received(message, message.data, { kind: 'complete', ...times, outputs: toStorable(outputs) });
    }
    case taskFailedV1.type: {
      const message = decodeMessage(taskFailedV1, body);
      const { startedAt, finishedAt, failure } = message.data;
      const times = { startedAt: new Date(startedAt), at: new Date(finishedAt) };
      return received(message, message.data, { kind: 'fail', ...times, failure: failureOf(failure) });
    }
    case taskStuckV1.type: {
      const message = decodeMessage(taskStuckV1, body);
      const { startedAt, detectedAt, reason, failure } = message.data;
      const times = { startedAt: startedAt === undefined ? null : new Date(startedAt), at: new Date(detectedAt) };
      return received(message, message.data, { kind: 'give-up', ...times, reason, failure: failureOf(failure) });
    }
    case taskCancelledV1.type: {
      const message = decodeMessage(taskCancelledV1, body);
      return received(message, message.data, { kind: 'cancel', at: new Date(message.data.cancelledAt) });
    }
    default:
      return undefined;
  }
};

const project = async ({ type, body }: IncomingMessage, projection: CatalogProjection): Promise<void> => {
  switch (type) {
    case catalogItemPublishedV1.type:
      return projection.publish(decodeMessage(catalogItemPublishedV1, body).data);
    case catalogItemRetiredV1.type: {
      const { id, revision } = decodeMessage(catalogItemRetiredV1, body).data;
      return projection.retire(id, revision);
    }
    case catalogSyncCompletedV1.type:
      return projection.recordSync(decodeMessage(catalogSyncCompletedV1, body).data);
    default:
      // Not acknowledged: a newer version of this service may know it, and in the dead letters it is seen.
      throw new Error(`no handler for ${type}`);
  }
};

/** Takes one message of the inbox: what it says is stored before it is acknowledged. */
export const createInbox =
  ({ record, projection }: InboxHandlers) =>
  async (message: IncomingMessage): Promise<Handled> => {
    const report = reportOf(message);
    if (report) await record(report);
    else await project(message, projection);
    return done;
  };

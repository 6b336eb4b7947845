import { done, type Handled, type IncomingMessage } from '@pao/bus';
import {
  catalogItemPublishedV1,
  catalogItemRetiredV1,
  catalogSyncCompletedV1,
  decodeMessage,
  type Envelope,
  type ExecutorAnnouncedV1,
  executorAnnouncedV1,
  type TaskSucceededV1,
  type TaskWaitingV1,
  taskCancelledV1,
  taskFailedV1,
  taskProgressedV1,
  taskStartedV1,
  taskStuckV1,
  taskSucceededV1,
  taskWaitingV1,
} from '@pao/contracts';
import type { Json, JsonObject } from '@pao/kernel';
import { currentTraceId, currentTraceparent } from '@pao/runtime';
import type { Attempt, Completion, Finding } from '../../core/domain/decide.ts';
import type { Failure } from '../../core/domain/request.ts';
import { toStorable } from '../../core/domain/storable.ts';
import type { CatalogProjection } from '../../core/ports/catalog-projection.ts';
import type { ReceivedProgress } from '../../core/use-cases/record-progress.ts';
import type { ReceivedReport } from '../../core/use-cases/record-report.ts';
import type { ReceivedTicket } from '../../core/use-cases/record-ticket.ts';
import { ticketReportOf } from './ticket-reports.ts';

export interface InboxHandlers {
  readonly record: (received: ReceivedReport) => Promise<unknown>;
  readonly recordProgress: (received: ReceivedProgress) => Promise<unknown>;
  readonly recordTicket: (received: ReceivedTicket) => Promise<unknown>;
  readonly projection: CatalogProjection;
  readonly recordAnnouncement: (announcement: ExecutorAnnouncedV1) => Promise<void>;
}

type Success = Pick<TaskSucceededV1, 'startedAt' | 'finishedAt' | 'outputs' | 'externalRef'>;

const completionOf = ({ startedAt, finishedAt, outputs, externalRef }: Success): Completion => ({
  kind: 'complete',
  startedAt: new Date(startedAt),
  at: new Date(finishedAt),
  outputs: toStorable(outputs),
  ...(externalRef !== undefined && { externalRef: toStorable(externalRef) }),
});

interface Told extends Attempt {
  readonly requestId: string;
  readonly log?: unknown;
  readonly completedBefore?: TaskSucceededV1['completedBefore'];
}

const received = ({ id, correlationid }: Envelope, told: Told, finding: Finding): ReceivedReport => {
  const { requestId, taskId, generation, completedBefore = [] } = told;
  const before = completedBefore.map((completed) => ({
    ...{ taskId: completed.taskId, generation: completed.generation },
    ...completionOf(completed),
  }));
  return {
    eventId: id,
    requestId,
    report: { ...finding, taskId, generation, ...(before.length > 0 && { completedBefore: before }) },
    // They were parsed from JSON.
    logs: [...completedBefore, told].flatMap(({ log, ...of }) =>
      log === undefined ? [] : [{ attempt: { taskId: of.taskId, generation: of.generation }, log: log as Json }],
    ),
    context: { correlationId: correlationid, traceId: currentTraceId(), traceparent: currentTraceparent() },
  };
};

const failureOf = ({ code, message, evidence }: { code: string; message: string; evidence?: JsonObject | undefined }) =>
  toStorable({ code, message, ...(evidence !== undefined && { evidence }) }) as Failure;

/** What it waits for: a ticket that people resolve, or something after which the executor goes on by itself. */
const waitOf = (waitingFor: TaskWaitingV1['waitingFor'], since: Date) => {
  if (waitingFor.kind === 'ticket') {
    const { key, url } = toStorable(waitingFor);
    return { kind: 'wait', ticket: { key, url } } as const;
  }
  const { kind, until } = waitingFor;
  const { what, url, details } = toStorable({
    what: waitingFor.what,
    url: waitingFor.url ?? null,
    details: waitingFor.kind === 'approval' ? waitingFor.details : null,
  });
  const wait = { kind, what, url, since, until: new Date(until), details, decision: null };
  return { kind: 'park', waitingFor: wait } as const;
};

/** What the message of a task says, whichever it is; undefined for all other messages. */
const reportOf = ({ type, body }: IncomingMessage): ReceivedReport | undefined => {
  switch (type) {
    case taskStartedV1.type: {
      const message = decodeMessage(taskStartedV1, body);
      return received(message, message.data, { kind: 'start', startedAt: new Date(message.data.startedAt) });
    }
    case taskSucceededV1.type: {
      const message = decodeMessage(taskSucceededV1, body);
      return received(message, message.data, completionOf(message.data));
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
    case taskWaitingV1.type: {
      const message = decodeMessage(taskWaitingV1, body);
      const { startedAt, since, outputs, waitingFor } = message.data;
      const shared = { startedAt: new Date(startedAt), at: new Date(since), outputs: toStorable(outputs) };
      return received(message, message.data, { ...shared, ...waitOf(waitingFor, shared.at) });
    }
    case taskCancelledV1.type: {
      const message = decodeMessage(taskCancelledV1, body);
      const { cancelledAt, parked = false } = message.data;
      return received(message, message.data, { kind: 'cancel', at: new Date(cancelledAt), parked });
    }
    default:
      return undefined;
  }
};

const progressOf = (body: string): ReceivedProgress => {
  const { requestId, taskId, generation, lines, progress } = decodeMessage(taskProgressedV1, body).data;
  // The contract's types are mutable and name what is absent; the values are the same.
  return { requestId, attempt: { taskId, generation }, lines, ...(progress && { progress }) } as ReceivedProgress;
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
  ({ record, recordProgress, recordTicket, projection, recordAnnouncement }: InboxHandlers) =>
  async (message: IncomingMessage): Promise<Handled> => {
    if (message.type === taskProgressedV1.type) {
      await recordProgress(progressOf(message.body));
      return done;
    }
    if (message.type === executorAnnouncedV1.type) {
      await recordAnnouncement(decodeMessage(executorAnnouncedV1, message.body).data);
      return done;
    }
    const report = reportOf(message);
    const ticket = report ? undefined : ticketReportOf(message);
    if (report) await record(report);
    else if (ticket) await recordTicket(ticket);
    else await project(message, projection);
    return done;
  };

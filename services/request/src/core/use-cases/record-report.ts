import { TransientError } from '@pao/kernel';
import { advance, begin, type Progress, type Recording } from '../domain/audit.ts';
import { decide, isDue, type Refusal, type Report } from '../domain/decide.ts';
import { type DispatchedOrder, dispatchDue, refuseDue } from '../domain/dispatch.ts';
import type { Request } from '../domain/request.ts';
import { type CallContext, causeOf } from './caller.ts';
import { teamsToTell } from './concerned-teams.ts';
import { cancelMessage } from './decision-messages.ts';
import type { Dependencies } from './dependencies.ts';
import { settledMessages } from './escalation-messages.ts';
import { type AttemptLog, logsOfResult } from './log-of-result.ts';
import { commandMessage, type MessageContext, outcomeMessages } from './messages.ts';
import { planPinned } from './plan-pinned.ts';
import { ticketedMessages } from './ticketed-messages.ts';

export interface ReceivedReport {
  readonly eventId: string;
  readonly requestId: string;
  readonly report: Report;
  /** Of the attempts it tells of, where any came. */
  readonly logs?: readonly AttemptLog[];
  readonly context: CallContext;
}

/** `absorbed`: the report is late, repeated or about something unknown, and changed nothing. */
export type RecordOutcome =
  | { readonly kind: 'recorded'; readonly status: Request['status'] }
  | { readonly kind: 'absorbed'; readonly reason: Refusal | { readonly kind: 'unknown-request' | 'handled-before' } };

const ACTOR = 'executor';
const MAX_ROUNDS = 20;

/**
 * Takes what the executor reports of a task: records it and queues what may go next. Decides on what it has read and writes only
 * if that still holds; after a conflict it reads and decides again.
 */
export const recordReport =
  (dependencies: Dependencies) =>
  async (received: ReceivedReport): Promise<RecordOutcome> => {
    const { store, commits, now, digest } = dependencies;
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const before = await store.find(received.requestId);
      if (!before) return { kind: 'absorbed', reason: { kind: 'unknown-request' } };
      const decided = decide(before, received.report);
      if (!decided.ok) return { kind: 'absorbed', reason: decided.error };
      const recording = { cause: causeOf(received.context, ACTOR, now()), digest };
      const reported = advance(begin(before), decided.value, recording);
      const { progress, dispatched } = await dispatchNext(reported, recording, dependencies);
      const teams = await teamsToTell(before, progress.request, dependencies);
      const messages = await messagesOf(before, progress.request, dispatched, {
        received,
        recording,
        dependencies,
        teams,
      });
      const logs = logsOfResult(before, received.logs ?? []);
      const request = { ...progress.request, version: before.version + 1 };
      const next = { ...progress, request, messages, logs };
      const outcome = await store.save(received.eventId, before, next);
      if (outcome === 'handled') return { kind: 'absorbed', reason: { kind: 'handled-before' } };
      if (outcome === 'conflict') continue;
      commits.committed(next);
      return { kind: 'recorded', status: next.request.status };
    }
    throw new TransientError(`request ${received.requestId} changes faster than a report can be recorded`);
  };

interface Dispatching {
  readonly progress: Progress;
  readonly dispatched: readonly DispatchedOrder[];
}

/** The documents are needed only when a task's turn has come. */
export const dispatchNext = async (
  progress: Progress,
  recording: Recording,
  dependencies: Dependencies,
): Promise<Dispatching> => {
  const { request } = progress;
  if (!request.tasks.some((task) => isDue(request, task))) return { progress, dispatched: [] };
  const plan = await planPinned(request, dependencies);
  if (!plan.ok) return refuseDue(progress, plan.error, recording);
  return dispatchDue(progress, { plan: plan.value, platform: dependencies.platform, recording });
};

/** What parks while its request is aborting was not cancelled: its executor was at it. Now it can be. */
const lettingGo = (after: Request, { report, eventId }: ReceivedReport, context: MessageContext) =>
  report.kind === 'park' && after.status === 'aborting'
    ? after.tasks.filter(({ id }) => id === report.taskId).map((task) => cancelMessage(after, task, context, eventId))
    : [];

interface MessageParts {
  readonly received: ReceivedReport;
  readonly recording: Recording;
  readonly dependencies: Dependencies;
  readonly teams: readonly string[] | undefined;
}

const messagesOf = async (
  before: Request,
  after: Request,
  dispatched: readonly DispatchedOrder[],
  { received, recording, dependencies, teams }: MessageParts,
) => {
  const { newId, sealer, callbacks } = dependencies;
  const context = {
    newId,
    at: recording.cause.at,
    traceparent: received.context.traceparent,
    sealer,
    callbacks,
    teams,
  };
  return [
    ...lettingGo(after, received, context),
    ...settledMessages({ before, after, by: 'automation' }, context),
    ...(await ticketedMessages(before, after, dependencies, context)),
    ...dispatched.map((task) => commandMessage(after, task, context)),
    ...outcomeMessages(before, after, context),
  ];
};

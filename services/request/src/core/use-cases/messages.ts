import {
  ACTION_TIMEOUT,
  encodeMessage,
  executeTaskV1,
  type MessageContract,
  requestAbortedV1,
  requestCompletedV1,
  requestFailedV1,
  requestSubmittedV1,
} from '@pao/contracts';
import type { NewId } from '@pao/kernel';
import { type DispatchedOrder, type DispatchedTask, waitsForCallback } from '../domain/dispatch.ts';
import { completedCount, failedTask, type Request, type Task, taskAt } from '../domain/request.ts';
import type { Callbacks } from '../ports/callbacks.ts';
import type { OutboundMessage } from '../ports/outbound-message.ts';
import type { Sealer } from '../ports/sealer.ts';
import { askingTeams } from './concerned-teams.ts';
import { commandConfig } from './sealed-secrets.ts';

/** What all messages of one change have in common. */
export interface MessageContext {
  readonly newId: NewId;
  readonly at: Date;
  readonly traceparent: string | undefined;
  /** Of commands whose configuration holds secrets. */
  readonly sealer: Sealer | undefined;
  /** Of commands whose action waits for a callback. */
  readonly callbacks?: Callbacks | undefined;
  /** Whose concern the request is; when absent, the asking team's alone. */
  readonly teams?: readonly string[] | undefined;
}

interface Parts<Schema extends MessageContract['data']> {
  readonly contract: MessageContract<string, Schema>;
  readonly data: Parameters<typeof encodeMessage<Schema>>[2];
  readonly destination: OutboundMessage['destination'];
  /** The event's id when absent: no second event says the same. */
  readonly dedupId?: string;
}

/** A message of a request, which is its group. */
export const message = <Schema extends MessageContract['data']>(
  request: Request,
  { newId, at, traceparent }: MessageContext,
  { contract, data, destination, dedupId }: Parts<Schema>,
): OutboundMessage => {
  const id = newId();
  const fields = {
    id,
    subject: request.id,
    time: at,
    correlationId: request.correlationId,
    tenantId: request.tenantId,
  };
  return {
    id,
    destination,
    groupId: request.id,
    dedupId: dedupId ?? id,
    type: contract.type,
    body: encodeMessage(contract, fields, data),
    ...(traceparent !== undefined && { traceparent }),
  };
};

export const EVENTS = 'topic:request-events';

export const submittedMessage = (request: Request, context: MessageContext): OutboundMessage =>
  message(request, context, {
    contract: requestSubmittedV1,
    destination: EVENTS,
    data: {
      requestId: request.id,
      submissionId: request.submissionId,
      catalog: request.catalog,
      name: request.name,
      requestedBy: request.requester.email,
      taskCount: request.tasks.length,
    },
  });

/** `resends`: how often the command was sent before; each time the bus has to take it as a message of its own. */
export const commandMessage = (
  request: Request,
  dispatched: DispatchedOrder,
  context: MessageContext,
  resends = 0,
): OutboundMessage => {
  const { task, followUps } = dispatched;
  const attempt = `${task.id}-g${task.generation}`;
  return message(request, context, {
    contract: executeTaskV1,
    destination: `queue:tasks-${task.executor}`,
    dedupId: resends === 0 ? attempt : `${attempt}-r${resends}`,
    data: {
      requestId: request.id,
      ...orderOf(request, dispatched, context),
      ...callbackUrlOf(request, dispatched, context),
      ...(followUps.length > 0 && { followUps: followUps.map((followUp) => orderOf(request, followUp, context)) }),
    },
  });
};

/** What its executor is to do for one task. */
const orderOf = (request: Request, dispatched: DispatchedTask, { sealer }: MessageContext) => {
  const { task, planned } = dispatched;
  const { action } = planned;
  return {
    taskId: task.id,
    generation: task.generation,
    catalog: task.catalog,
    action: {
      type: action.type,
      id: action.id,
      ...(action.name !== undefined && { name: action.name }),
      ...commandConfig(request, dispatched, sealer),
      outputs: { ...action.outputs },
      timeoutSeconds: timeoutOf(action.timeout),
      idempotent: action.idempotent,
      ...(planned.undoes === 'by-itself' && { rollbackOf: undoneOf(request, task) }),
    },
  };
};

/** What the type of an action is told of what it is to undo. */
const undoneOf = (request: Request, { rollbackOf }: Task) => {
  const { id: taskId, generation, outputs, externalRef } = taskAt(request, rollbackOf ?? 0);
  return { taskId, generation, outputs, ...(externalRef !== null && { externalRef }) };
};

/** Where its target says that it is done, of an action that asks for it by this member of its configuration. */
const callbackUrlOf = (request: Request, dispatched: DispatchedTask, { callbacks }: MessageContext) =>
  callbacks && waitsForCallback(dispatched) ? { callbackUrl: callbacks.urlOf(request, dispatched.task) } : {};

export const timeoutOf = (seconds: number = ACTION_TIMEOUT.default): number =>
  Math.min(Math.max(Math.ceil(seconds), ACTION_TIMEOUT.min), ACTION_TIMEOUT.max);

/** What the others must know of a change from one state to another. */
export const outcomeMessages = (
  before: Request,
  after: Request,
  context: MessageContext,
): readonly OutboundMessage[] => {
  if (before.status === after.status) return [];
  if (after.status === 'completed') return [completedMessage(after, context)];
  if (after.status === 'failed') return [failedMessage(after, context)];
  if (after.status === 'aborted') return [abortedMessage(after, context)];
  return [];
};

const teamsOf = (request: Request, { teams }: MessageContext): string[] => [...(teams ?? askingTeams(request))];

const completedMessage = (request: Request, context: MessageContext): OutboundMessage =>
  message(request, context, {
    contract: requestCompletedV1,
    destination: EVENTS,
    data: {
      requestId: request.id,
      catalog: request.catalog,
      name: request.name,
      requestedBy: request.requester.email,
      teams: teamsOf(request, context),
      submittedAt: request.createdAt.toISOString(),
      completedAt: context.at.toISOString(),
    },
  });

const abortedMessage = (request: Request, context: MessageContext): OutboundMessage =>
  message(request, context, {
    contract: requestAbortedV1,
    destination: EVENTS,
    data: {
      requestId: request.id,
      catalog: request.catalog,
      name: request.name,
      requestedBy: request.requester.email,
      teams: teamsOf(request, context),
      completedTasks: completedCount(request.tasks),
      totalTasks: request.tasks.length,
      abortedAt: context.at.toISOString(),
    },
  });

const failedMessage = (request: Request, context: MessageContext): OutboundMessage => {
  const task = failedTask(request.tasks);
  if (!task?.failure) throw new Error(`request ${request.id} failed without a failed task`);
  return message(request, context, {
    contract: requestFailedV1,
    destination: EVENTS,
    data: {
      requestId: request.id,
      catalog: request.catalog,
      name: request.name,
      requestedBy: request.requester.email,
      teams: teamsOf(request, context),
      task: {
        id: task.id,
        generation: task.generation,
        actionId: task.actionId,
        type: task.type,
        position: task.position,
      },
      failure: task.failure,
      ...(task.stuck !== null && { stuck: task.stuck }),
      completedTasks: completedCount(request.tasks),
      totalTasks: request.tasks.length,
      failedAt: context.at.toISOString(),
    },
  });
};

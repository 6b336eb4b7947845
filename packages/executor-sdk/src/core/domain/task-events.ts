import {
  type CompletedTask,
  type EnvelopeFields,
  EXTERNAL_REF_LIMIT,
  encodeMessage,
  type LogLine,
  type TaskFailedV1,
  type TaskProgress,
  type TaskSucceededV1,
  taskCancelledV1,
  taskFailedV1,
  taskProgressedV1,
  taskStartedV1,
  taskStuckV1,
  taskSucceededV1,
  taskWaitingV1,
} from '@pao/contracts';
import type { JsonObject } from '@pao/kernel';
import { storable, storableText } from './storable.ts';
import type { TaskCancellation, TaskCommand, TaskReference } from './task-command.ts';
import type { Ending, Failure, Success } from './verdict.ts';

/** A message about a task, ready to be sent. */
export interface TaskEvent {
  readonly id: string;
  readonly type: string;
  /** The request: its messages keep their order. */
  readonly groupId: string;
  readonly dedupId: string;
  /** JSON text. */
  readonly body: string;
}

export interface Moment {
  readonly id: string;
  readonly startedAt: Date;
  readonly at: Date;
  /** What was not told before. */
  readonly log?: readonly LogLine[];
}

const MAX_MESSAGE = 4_000;

export const reference = ({ requestId, taskId, generation }: TaskReference) => ({ requestId, taskId, generation });

export const fields = (command: TaskReference, { id, at }: Pick<Moment, 'id' | 'at'>): EnvelopeFields => ({
  id,
  subject: command.requestId,
  time: at,
  correlationId: command.correlationId,
  tenantId: command.tenantId,
});

export const event = (command: TaskReference, id: string, type: string, body: string): TaskEvent => ({
  id,
  type,
  groupId: command.requestId,
  // An attempt tells each thing once, so type and attempt name the message. A person's retry is another generation.
  dedupId: `${command.taskId}-g${command.generation}-${type}`,
  body,
});

/** What a message says of where its task stands: with what was completed right before, of which nobody has heard. */
export const standing = (command: TaskCommand) => {
  const { completedBefore = [] } = command;
  return { ...reference(command), ...(completedBefore.length > 0 && { completedBefore: [...completedBefore] }) };
};

/** The contract's types are mutable where ours are not; the text is the same. */
type WireFailure = TaskFailedV1['failure'];
type WireOutputs = TaskSucceededV1['outputs'];

/** What is null was asked for and is not there yet. */
const knownOutputs = (outputs: JsonObject): WireOutputs =>
  Object.fromEntries(Object.entries(outputs).filter(([, value]) => value !== null)) as WireOutputs;

const wireFailure = ({ code, message, evidence }: Failure): WireFailure => {
  const failure = { code: code.slice(0, 100), message: message.slice(0, MAX_MESSAGE), ...(evidence && { evidence }) };
  return storable(failure) as WireFailure;
};

export const startedEvent = (command: TaskCommand, moment: Moment): TaskEvent => {
  const data = { ...standing(command), startedAt: moment.startedAt.toISOString() };
  return event(command, moment.id, taskStartedV1.type, encodeMessage(taskStartedV1, fields(command, moment), data));
};

/** What went on in a task that is under way; `lines` are some. */
export const progressedEvent = (
  command: TaskCommand,
  lines: readonly LogLine[],
  moment: Pick<Moment, 'id' | 'at'> & { readonly progress?: TaskProgress | undefined },
): TaskEvent => {
  const { progress } = moment;
  const data = { ...reference(command), lines: [...lines], ...(progress && { progress }) };
  const body = encodeMessage(taskProgressedV1, fields(command, moment), data);
  const told = event(command, moment.id, taskProgressedV1.type, body);
  // The same lines in one more message are known by their sequence.
  return { ...told, dedupId: moment.id };
};

/** The message that a task will not start, or, where it was parked, will not go on any more. */
export const cancelledEvent = (
  cancellation: TaskCancellation,
  moment: Pick<Moment, 'id' | 'at'>,
  parked?: 'parked',
): TaskEvent => {
  const data = { ...reference(cancellation), cancelledAt: moment.at.toISOString(), ...(parked && { parked: true }) };
  const body = encodeMessage(taskCancelledV1, fields(cancellation, moment), data);
  return event(cancellation, moment.id, taskCancelledV1.type, body);
};

/** A part of a name would be the name of something else. */
const wireRef = ({ externalRef = '' }: Success) =>
  externalRef.length > 0 && externalRef.length <= EXTERNAL_REF_LIMIT ? { externalRef: storableText(externalRef) } : {};

const times = ({ startedAt, at }: Moment) => ({ startedAt: startedAt.toISOString(), finishedAt: at.toISOString() });

const newLines = ({ log }: Moment) => log !== undefined && log.length > 0 && { log };

/** A success as it is told along with the next task of its order. */
export const completedTask = (
  { taskId, generation }: TaskCommand,
  success: Success,
  outputs: JsonObject,
  moment: Moment,
): CompletedTask => ({
  ...{ taskId, generation, outputs },
  ...{ ...wireRef(success), ...times(moment), ...newLines(moment) },
});

/** The message about the end of an attempt: succeeded, left to people, failed, or stuck since nobody knows. */
export const endedEvent = (command: TaskCommand, ending: Ending, outputs: JsonObject, moment: Moment): TaskEvent => {
  const envelope = fields(command, moment);
  const { startedAt, finishedAt } = times(moment);
  const task = { ...standing(command), ...newLines(moment) };
  switch (ending.kind) {
    case 'ok': {
      if (ending.waitsFor) {
        const waitingFor = { kind: 'ticket' as const, ...ending.waitsFor };
        const data = { ...task, waitingFor, outputs: knownOutputs(outputs), startedAt, since: finishedAt };
        return event(command, moment.id, taskWaitingV1.type, encodeMessage(taskWaitingV1, envelope, data));
      }
      const data = { ...task, outputs: outputs as WireOutputs, ...wireRef(ending), startedAt, finishedAt };
      return event(command, moment.id, taskSucceededV1.type, encodeMessage(taskSucceededV1, envelope, data));
    }
    case 'definite-failure': {
      const data = { ...task, failure: wireFailure(ending.failure), startedAt, finishedAt };
      return event(command, moment.id, taskFailedV1.type, encodeMessage(taskFailedV1, envelope, data));
    }
    case 'unknown': {
      const failure = wireFailure(ending.failure);
      const data = { ...task, reason: 'outcome-unknown' as const, failure, startedAt, detectedAt: finishedAt };
      return event(command, moment.id, taskStuckV1.type, encodeMessage(taskStuckV1, envelope, data));
    }
    default:
      return ending satisfies never;
  }
};

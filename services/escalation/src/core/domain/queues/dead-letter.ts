/** Why a message never goes back to its queue: nobody could read it there, or the bus would not take it. */
export type Flaw = 'unreadable' | 'cut' | 'unsendable';

/** What the text of a message says, as far as it can be read. */
export interface Subject {
  readonly tenantId: string | null;
  readonly requestId: string | null;
  readonly taskId: string | null;
  readonly generation: number | null;
  readonly eventId: string | null;
  readonly correlationId: string | null;
}

/** A message as it was taken from a dead-letter queue. */
export interface LostMessage extends Subject {
  /** The queue it came from. */
  readonly queue: string;
  readonly messageId: string;
  readonly type: string;
  readonly groupId: string;
  readonly dedupId: string;
  readonly traceparent: string | null;
  readonly receiveCount: number;
  readonly sentAt: Date;
  readonly body: Uint8Array;
  /** Of the whole text, of which `body` may be the beginning. */
  readonly bytes: number;
  readonly reason: string;
  readonly flaw: Flaw | null;
  /** Of a command whose data keeps its contract: its executor may have begun it. */
  readonly mayHaveBegun: boolean;
}

export type LetterStatus = 'parked' | 'redriven' | 'discarded';

export interface DeadLetter extends Omit<LostMessage, 'body' | 'mayHaveBegun'> {
  readonly id: string;
  /** Its place among all of them, in the order they were parked. */
  readonly position: number;
  readonly status: LetterStatus;
  readonly parkedAt: Date;
  /** How its request ended, where that is known here. */
  readonly endedBy: string | null;
  /** The latest attempt that a person has begun since of its task, where there is one. */
  readonly laterGeneration: number | null;
  /** People were asked to do what this attempt was to do: it has a ticket. */
  readonly withPeople: boolean;
}

export interface LetterChange {
  readonly at: Date;
  readonly change: LetterStatus;
  readonly by: string | null;
  readonly reason: string | null;
  readonly acknowledgedUnknown: boolean;
}

export const EXECUTE_TASK = 'execute-task.v1';

/** The attempt that a lost command was for; undefined where it was for none, or for one that can't be read. */
export const lostAttempt = ({ queue, type, tenantId, requestId, taskId, generation }: Omit<LostMessage, 'body'>) =>
  queue.startsWith('tasks-') && type === EXECUTE_TASK && tenantId !== null && requestId && taskId && generation
    ? { tenantId, requestId, taskId, generation }
    : undefined;

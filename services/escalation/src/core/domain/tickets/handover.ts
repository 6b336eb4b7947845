import type { RequestEscalatingV1 } from '@pao/contracts';
import type { JsonObject } from '@pao/kernel';

/** Why something is not as it should be: `code` is stable, `message` is for people. */
export interface Problem {
  readonly code: string;
  readonly message: string;
}

export interface IssueReference {
  /** Stays the same when the ticket is moved to another project, unlike the key. */
  readonly id: string;
  readonly key: string;
  readonly url: string;
}

/** What the ticket system said of a ticket last. */
export interface TicketReading {
  readonly status: string;
  readonly closed: boolean;
  readonly resolution: string | null;
  readonly assignee: string | null;
}

/**
 * `wanted` until it exists, `open` while people work on it, `handed-back` once it was closed and the request service judges that,
 * `settled` when its task is over, `withdrawn` when nobody has to do it any more.
 */
export type TicketState = 'wanted' | 'open' | 'handed-back' | 'settled' | 'withdrawn';

/** Where in ServiceNow a ticket is a record. */
export interface RecordSite {
  readonly table: string;
  /** Its name. */
  readonly assignmentGroup?: string;
}

/** The ticket for one generation of one task; or, with the id of the request and a round, of the request itself. */
export interface Ticket {
  readonly taskId: string;
  readonly generation: number;
  readonly round: number;
  readonly position: number;
  readonly name: string;
  readonly instance: string;
  /** Present when it is a record of ServiceNow, and not an issue of Jira. */
  readonly record?: RecordSite;
  readonly state: TicketState;
  readonly issue: IssueReference | null;
  /** Whether the request service was told, with or without a key. */
  readonly told: 'not-yet' | 'without-key' | 'with-key';
  /** What a person should look at. */
  readonly flag: Problem | null;
  readonly reading: TicketReading | null;
  /** What was handed back last: the same is not handed back again. */
  readonly handBack: {
    readonly digest: string;
    readonly outcome: 'done' | 'declined';
    /** When it was told last, in ISO 8601: the bus may have lost it. */
    readonly toldAt?: string;
  } | null;
  /**
   * Present when the task's own action created it, and no escalation: output name to the ticket's field that has it. Of such a ticket
   * nothing is refused that says that the task won't be done.
   */
  readonly fields?: Readonly<Record<string, string>>;
}

/**
 * `due` at its time; `started` from before the call until its outcome is known; `in-doubt` when nobody knows whether a ticket was
 * created; `flagged` when only a person can go on; `void` when it is not needed any more.
 */
export type StepState = 'due' | 'started' | 'in-doubt' | 'done' | 'flagged' | 'void';

export type StepKind = 'create' | 'link' | 'look' | 'comment' | 'close';

/** One call to the ticket system: at most one of a name for a ticket. */
export interface Step {
  readonly taskId: string;
  readonly generation: number;
  /** `create`, `link:<task id of the blocker, or for the request's own ticket of who stands under it>`, `look`, `comment:<why>`, `close`. */
  readonly name: string;
  readonly state: StepState;
  /** When it has to be done; null: not before something else. */
  readonly dueAt: Date | null;
  readonly tries: number;
  /** Of a ticket in doubt: how often it was looked for. */
  readonly probes: number;
  /** Whose lease it was started under. */
  readonly fence: number;
  readonly problem: Problem | null;
  readonly detail: JsonObject;
}

/**
 * What people have of a request: what an escalation left to them, and tickets that its tasks wait for. One for each request; a later
 * round replaces the snapshot.
 */
export interface Handover {
  readonly requestId: string;
  readonly tenantId: string;
  readonly correlationId: string;
  /** Of the escalation; 0 when there was none. */
  readonly round: number;
  /** Of the escalation. */
  readonly status: 'opening' | 'opened' | 'ended';
  /** What the request service said of the request and its tasks in this round; null when it was never handed over. */
  readonly snapshot: RequestEscalatingV1 | null;
  readonly tickets: readonly Ticket[];
  readonly steps: readonly Step[];
}

/** What other services are told. */
export type HandoverEvent =
  | { readonly kind: 'escalation-opened'; readonly tickets: readonly Ticket[] }
  | { readonly kind: 'ticket-opened'; readonly ticket: Ticket }
  | { readonly kind: 'ticket-resolved'; readonly ticket: Ticket; readonly handBack: HandBack };

/** What a person says of a task by closing its ticket. */
export interface HandBack {
  readonly outcome: 'done' | 'declined';
  readonly resolution: string;
  readonly outputs: JsonObject;
  readonly note: string | null;
  readonly by: string;
}

export interface Change {
  readonly handover: Handover;
  readonly events: readonly HandoverEvent[];
}

export interface TicketId {
  readonly taskId: string;
  readonly generation: number;
}

export const isSame = (a: TicketId, b: TicketId): boolean => a.taskId === b.taskId && a.generation === b.generation;

export const kindOf = ({ name }: Pick<Step, 'name'>): StepKind => name.split(':', 1)[0] as StepKind;

/** Which ticket a link starts from. */
export const blockerOf = ({ detail }: Step): TicketId => ({
  taskId: typeof detail['blocker'] === 'string' ? detail['blocker'] : '',
  generation: Number(detail['generation']),
});

export const ticketOf = (handover: Handover, id: TicketId): Ticket | undefined =>
  handover.tickets.find((ticket) => isSame(ticket, id));

/** The ticket of the request itself, under which those of its tasks stand: nobody hands anything back with it. */
export const isParent = ({ requestId }: Handover, { taskId }: TicketId): boolean => taskId === requestId;

/** Those of the tasks of the latest escalation. */
export const currentTickets = (handover: Handover): readonly Ticket[] =>
  handover.tickets.filter((ticket) => ticket.round === handover.round && !isParent(handover, ticket));

export const stepOf = (handover: Handover, id: TicketId, name: string): Step | undefined =>
  handover.steps.find((step) => step.name === name && isSame(step, id));

/** What a ticket of a task is found by. A person who has one created anew gives it another. */
export const labelOf = ({ taskId, generation }: TicketId, { detail }: Pick<Step, 'detail'>): string => {
  const again = detail['again'];
  return `pao-${taskId}-g${generation}-escalation${typeof again === 'number' ? `-${again}` : ''}`;
};

/** Every ticket of this system carries it. */
export const COMMON_LABEL = 'pao-escalation';

export const isOpenStep = ({ state }: Step): boolean => state === 'due' || state === 'started' || state === 'in-doubt';

/** When something has to be done next; null: nothing, for now. */
export const dueAtOf = ({ steps }: Handover): Date | null =>
  steps.reduce<Date | null>(
    (first, step) =>
      isOpenStep(step) && step.dueAt !== null && (first === null || step.dueAt < first) ? step.dueAt : first,
    null,
  );

export const newStep = (id: TicketId, name: string, dueAt: Date | null, detail: JsonObject = {}): Step => ({
  taskId: id.taskId,
  generation: id.generation,
  name,
  state: 'due',
  dueAt,
  tries: 0,
  probes: 0,
  fence: 0,
  problem: null,
  detail,
});

export const withStep = (handover: Handover, changed: Step): Handover => ({
  ...handover,
  steps: handover.steps.some((step) => step.name === changed.name && isSame(step, changed))
    ? handover.steps.map((step) => (step.name === changed.name && isSame(step, changed) ? changed : step))
    : [...handover.steps, changed],
});

export const withTicket = (handover: Handover, changed: Ticket): Handover => ({
  ...handover,
  tickets: handover.tickets.map((ticket) => (isSame(ticket, changed) ? changed : ticket)),
});

import { finishLook, type Look } from '../domain/tickets/hand-back.ts';
import {
  blockerOf,
  type Change,
  type Handover,
  type IssueReference,
  kindOf,
  labelOf,
  type Problem,
  type Step,
  type Ticket,
  ticketOf,
} from '../domain/tickets/handover.ts';
import {
  begin,
  finishCreate,
  finishProbe,
  finishRepeatable,
  type Outcome,
  postpone,
} from '../domain/tickets/ledger.ts';
import { manualFor } from '../domain/tickets/route-ticket.ts';
import { type TicketDefaults, type TicketOrder, taskOf, ticketOrder } from '../domain/tickets/ticket-order.ts';
import type { HandoverStore, Lease } from '../ports/handover-store.ts';
import type { TicketHome, TicketLink, TicketPlace, TicketSystem } from '../ports/ticket-system.ts';

export interface WorkDependencies {
  readonly store: Pick<HandoverStore, 'change' | 'lease' | 'extend'>;
  readonly tickets: TicketSystem;
  readonly defaults: TicketDefaults;
  /** How long one process may take for one call, with room to spare. */
  readonly leaseMs: number;
}

/** One call that was begun, and what becomes of the handover by its outcome. */
interface Job {
  readonly run: () => Promise<(handover: Handover, now: Date) => Change>;
}

type Finish<T> = (handover: Handover, begun: Step, outcome: Outcome<T>, now: Date) => Change;

const job = <T>(begun: Step, call: () => Promise<Outcome<T>>, finish: Finish<T>): Job => ({
  run: async () => {
    const outcome = await call();
    return (handover, now) => finish(handover, begun, outcome, now);
  },
});

const nothing = async (problem: Problem): Promise<Outcome<never>> => ({ kind: 'refused', problem });

const GONE: Problem = { code: 'TICKET_MISSING', message: 'There is no ticket for this.' };

const homeOf = ({ instance, record }: Ticket): TicketHome => ({ instance, ...(record && { record }) });

const placeOf = (ticket: Ticket): TicketPlace | undefined =>
  ticket.issue === null ? undefined : { ...homeOf(ticket), issue: ticket.issue.id };

const linkOf = (handover: Handover, ticket: Ticket, step: Step): TicketLink | undefined => {
  const other = ticketOf(handover, blockerOf(step));
  const [blocker, blocked] = [other && placeOf(other), placeOf(ticket)];
  if (!other?.issue || !blocker || !blocked) return undefined;
  const type = linkTypeOf(handover, step);
  const name = `${labelOf(ticket, { detail: {} })}-blocked-by-${other.taskId}`;
  return { blocker: { ...blocker, reference: other.issue }, blocked, name, ...(type !== undefined && { type }) };
};

/** As what made the link said, or else as the bundle does. */
const linkTypeOf = ({ snapshot }: Handover, { detail }: Step): string | undefined =>
  typeof detail['type'] === 'string' ? detail['type'] : snapshot?.linking?.linkType;

const createJob = (tickets: TicketSystem, step: Step, order: TicketOrder): Job =>
  job<IssueReference>(step, () => tickets.create(order), finishCreate);

const textOf = ({ detail }: Step): string => (typeof detail['text'] === 'string' ? detail['text'] : '');

/** Which fields of the ticket have outputs. */
const fieldsOf = (handover: Handover, ticket: Ticket): Readonly<Record<string, string>> => {
  const task = taskOf(handover, ticket);
  return ticket.fields ?? (task && manualFor(task, ticket).outputs) ?? {};
};

/** The call that a step stands for, other than to create a ticket. */
const jobOf = (tickets: TicketSystem, handover: Handover, ticket: Ticket, step: Step): Job => {
  const place = placeOf(ticket);
  const link = linkOf(handover, ticket, step);
  const kind = kindOf(step);
  switch (kind) {
    case 'create':
      return job(step, () => tickets.find(homeOf(ticket), labelOf(ticket, step)), finishProbe);
    case 'link':
      return job(step, () => (link ? tickets.link(link) : nothing(GONE)), finishRepeatable);
    case 'look': {
      const outputs = fieldsOf(handover, ticket);
      const look = async (): Promise<Outcome<Look | 'gone'>> => (place ? tickets.look(place, outputs) : nothing(GONE));
      return job(step, look, finishLook);
    }
    case 'comment': {
      const name = `${labelOf(ticket, { detail: {} })}-${step.name.slice('comment:'.length)}`;
      return job(step, () => (place ? tickets.comment(place, name, textOf(step)) : nothing(GONE)), finishRepeatable);
    }
    case 'close':
      return job(step, () => (place ? tickets.close(place) : nothing(GONE)), finishRepeatable);
    default:
      return kind satisfies never;
  }
};

/** Puts the call together and commits that it begins; what can't be put together is put off before anything began. */
const start = async (
  dependencies: WorkDependencies,
  { requestId, fence }: Lease,
): Promise<Job | 'put-off' | undefined> => {
  const { store, tickets, defaults } = dependencies;
  let found: Job | 'put-off' | undefined;
  await store.change(requestId, (handover, now) => {
    found = undefined;
    const begun = handover && begin(handover, fence, now);
    const ticket = begun && ticketOf(begun.handover, begun.step);
    if (begun === undefined || ticket === undefined) return undefined;
    const { step } = begun;
    if (step.name !== 'create' || step.state !== 'started') {
      found = jobOf(tickets, begun.handover, ticket, step);
      return { handover: begun.handover, events: [] };
    }
    const order = ticketOrder(begun.handover, ticket, step, defaults);
    found = order.ok ? createJob(tickets, step, order.value) : 'put-off';
    if (order.ok) return { handover: begun.handover, events: [] };
    return postpone(begun.handover, step, { kind: 'refused', problem: order.error }, now);
  });
  return found;
};

/** Takes over one handover and does what is due, one call after the other. False: nothing is due anywhere. */
export type WorkHandover = (signal: AbortSignal) => Promise<boolean>;

export const createWorkHandover =
  (dependencies: WorkDependencies): WorkHandover =>
  async (signal) => {
    const { store, leaseMs } = dependencies;
    const lease = await store.lease(leaseMs);
    if (lease === undefined) return false;
    while (!signal.aborted) {
      const found = await start(dependencies, lease);
      if (found === undefined) break;
      if (found === 'put-off') continue;
      const finish = await found.run();
      await store.change(lease.requestId, (handover, now) => handover && finish(handover, now));
      await store.extend(lease, leaseMs);
    }
    await store.extend(lease, 0);
    return true;
  };

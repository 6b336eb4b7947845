import type { TaskWaitingForTicket } from '@pao/contracts';
import { type Change, type Handover, newStep, type Step, stepOf, type Ticket, ticketOf } from './handover.ts';
import { FIRST_LOOK_MS } from './ledger.ts';
import { endHandover, wasAborted } from './withdraw.ts';

/** A task waits for a ticket that its own action created. */
export interface Waiting {
  readonly tenantId: string;
  readonly correlationId: string;
  readonly data: TaskWaitingForTicket;
}

/** Of no escalation. */
export const NO_ROUND = 0;

/** The ticket is there already, and whoever waits for it knows. */
const ticketFor = ({ taskId, generation, waitingFor }: TaskWaitingForTicket): Ticket => {
  const { instance, fields, id, key, url } = waitingFor;
  return {
    ...{ taskId, generation, round: NO_ROUND, position: 0, name: key, instance },
    ...{ state: 'open', issue: { id, key, url }, told: 'with-key', flag: null, reading: null, handBack: null },
    fields,
  };
};

/** Read once soon; then mostly when the ticket system says that it changed. */
const stepsFor = (ticket: Ticket, now: Date): readonly Step[] => [
  { ...newStep(ticket, 'create', null), state: 'done' },
  newStep(ticket, 'look', new Date(now.getTime() + FIRST_LOOK_MS)),
];

/** Nothing of it was handed to people: what is told of escalations is not told of it. */
export const emptyHandover = ({
  tenantId,
  correlationId,
  data: { requestId },
}: Omit<Waiting, 'data'> & { readonly data: { readonly requestId: string } }): Handover => ({
  ...{ requestId, tenantId, correlationId, round: NO_ROUND, status: 'ended', snapshot: null },
  ...{ tickets: [], steps: [] },
});

/** From now on what people do with the ticket is handed back, as of the tickets of an escalation. One that is known changes nothing. */
export const watchTicket = (known: Handover | undefined, waiting: Waiting, now: Date): Change | undefined => {
  const { data } = waiting;
  const named = known && ticketOf(known, data);
  if (known && named && (named.state !== 'settled' || stepOf(known, named, 'look'))) return undefined;
  const handover = known ?? emptyHandover(waiting);
  const ticket = ticketFor(data);
  const next: Handover = {
    ...handover,
    correlationId: waiting.correlationId,
    tickets: [...handover.tickets.filter((one) => one !== named), ticket],
    steps: [...handover.steps, ...stepsFor(ticket, now)],
  };
  // The word of its end was faster.
  return known && wasAborted(known) ? endHandover(next, 'request-aborted', now) : { handover: next, events: [] };
};

import type { TaskWaitingForTicket } from '@pao/contracts';
import { type Change, type Handover, newStep, type Step, type Ticket, ticketOf } from './handover.ts';
import { LOOK_EVERY_MS } from './ledger.ts';

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

/** Read once soon, in case it was closed before it was known here; then mostly when the ticket system says that it changed. */
const stepsFor = (ticket: Ticket, now: Date): readonly Step[] => [
  { ...newStep(ticket, 'create', null), state: 'done' },
  newStep(ticket, 'look', new Date(now.getTime() + LOOK_EVERY_MS)),
];

/** From now on what people do with the ticket is handed back, as of the tickets of an escalation. One that is known changes nothing. */
export const watchTicket = (
  known: Handover | undefined,
  { tenantId, correlationId, data }: Waiting,
  now: Date,
): Change | undefined => {
  if (known !== undefined && ticketOf(known, data) !== undefined) return undefined;
  const { requestId } = data;
  // Nothing of it was handed to people: what is told of escalations is not told of it.
  const handover: Handover = known ?? {
    ...{ requestId, tenantId, correlationId, round: NO_ROUND, status: 'ended', snapshot: null },
    ...{ tickets: [], steps: [] },
  };
  const ticket = ticketFor(data);
  return {
    handover: {
      ...handover,
      tickets: [...handover.tickets, ticket],
      steps: [...handover.steps, ...stepsFor(ticket, now)],
    },
    events: [],
  };
};

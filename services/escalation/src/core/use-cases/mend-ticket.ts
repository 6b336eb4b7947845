import { err, ok, type Result } from '@pao/kernel';
import { type Handover, stepOf, type Ticket } from '../domain/tickets/handover.ts';
import { adopt, createAgain } from '../domain/tickets/ledger.ts';
import { latestTicket } from '../domain/tickets/view.ts';
import type { HandoverStore } from '../ports/handover-store.ts';
import type { TicketSystem } from '../ports/ticket-system.ts';

export interface Mender {
  readonly tenantId: string;
  readonly email: string;
  readonly roles: readonly string[];
}

export interface TicketOfTask {
  readonly requestId: string;
  readonly taskId: string;
}

export type MendRefusal =
  | { readonly kind: 'not-found' | 'forbidden' }
  | { readonly kind: 'conflict' | 'no-such-ticket' | 'unavailable'; readonly message: string };

export interface MendTicket {
  /** Has it created, again where nobody knows whether it exists: that has to be acknowledged. */
  retry(by: Mender, of: TicketOfTask, acknowledgeUnknown: boolean): Promise<Result<null, MendRefusal>>;
  /** Takes the ticket that a person names. */
  link(by: Mender, of: TicketOfTask, key: string): Promise<Result<null, MendRefusal>>;
}

/** They look after everybody's requests. */
const EVERYBODYS = new Set(['operator', 'admin']);

const mayMend = ({ snapshot }: Handover, { email, roles }: Mender): boolean =>
  email === snapshot?.requestedBy || email === snapshot?.decidedBy || roles.some((role) => EVERYBODYS.has(role));

const conflict = (message: string): MendRefusal => ({ kind: 'conflict', message });

/** Why a ticket can't be mended as it is. */
const obstacle = (handover: Handover, ticket: Ticket): MendRefusal | undefined => {
  if (handover.status === 'ended') return conflict('The request is not in the hands of people any more.');
  if (ticket.state !== 'wanted')
    return conflict(`The task has its ticket${ticket.issue ? ` ${ticket.issue.key}` : ''}.`);
  const { state } = stepOf(handover, ticket, 'create') ?? {};
  if (state === 'started' || state === 'in-doubt')
    return conflict('The ticket is being created or looked for. Wait until that is over.');
  return undefined;
};

const find = (
  handover: Handover | undefined,
  by: Mender,
  { taskId }: TicketOfTask,
): Result<{ readonly handover: Handover; readonly ticket: Ticket }, MendRefusal> => {
  const ticket = handover?.tenantId === by.tenantId ? latestTicket(handover, taskId) : undefined;
  if (handover === undefined || ticket === undefined) return err({ kind: 'not-found' });
  if (!mayMend(handover, by)) return err({ kind: 'forbidden' });
  const refusal = obstacle(handover, ticket);
  return refusal ? err(refusal) : ok({ handover, ticket });
};

const unacknowledged = ({ handover, ticket }: { readonly handover: Handover; readonly ticket: Ticket }) => {
  const create = stepOf(handover, ticket, 'create');
  if (create?.state !== 'flagged') return undefined;
  return conflict(`${create.problem?.message ?? ''} To create it all the same, say acknowledgeUnknown: true.`.trim());
};

export const createMendTicket = (
  store: Pick<HandoverStore, 'change' | 'read'>,
  tickets: Pick<TicketSystem, 'look'>,
): MendTicket => ({
  retry: async (by, of, acknowledgeUnknown) => {
    let result: Result<null, MendRefusal> = ok(null);
    await store.change(of.requestId, (handover, now) => {
      const found = find(handover, by, of);
      const refusal = !found.ok ? found.error : acknowledgeUnknown ? undefined : unacknowledged(found.value);
      result = refusal ? err(refusal) : ok(null);
      return found.ok && refusal === undefined ? createAgain(found.value.handover, found.value.ticket, now) : undefined;
    });
    return result;
  },
  link: async (by, of, key) => {
    const before = find(await store.read(by.tenantId, of.requestId), by, of);
    if (!before.ok) return before;
    const { instance, record } = before.value.ticket;
    const looked = await tickets.look({ instance, ...(record && { record }), issue: key }, {});
    if (looked.kind !== 'ok') return err({ kind: 'unavailable', message: looked.problem.message });
    if (looked.value === 'gone')
      return err({ kind: 'no-such-ticket', message: `There is no ticket ${key}, or the account may not see it.` });
    const { issue } = looked.value;
    let result: Result<null, MendRefusal> = ok(null);
    await store.change(of.requestId, (handover, now) => {
      const found = find(handover, by, of);
      result = found.ok ? ok(null) : found;
      return found.ok ? adopt(found.value.handover, found.value.ticket, issue, now) : undefined;
    });
    return result;
  },
});

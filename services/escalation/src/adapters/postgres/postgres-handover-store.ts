import type { OutgoingMessage } from '@pao/bus';
import { type Database, inboxInsert, outboxInsert, outboxValues, type Queryable } from '@pao/postgres';
import { dueAtOf, type Handover, type Ticket } from '../../core/domain/tickets/handover.ts';
import type { HandoverStore } from '../../core/ports/handover-store.ts';
import type { HandoverMessages } from '../bus/handover-messages.ts';
import { type HandoverRow, stepRow, ticketRow, toHandover } from './handover-rows.ts';
import {
  EXTEND,
  LEASE,
  LIST,
  LOCK,
  READ,
  READ_OF_TENANT,
  REQUESTS_OF,
  SAVE,
  SAVE_SNAPSHOT,
  SAVE_STEPS,
  SAVE_TICKETS,
} from './handover-statements.ts';

export interface HandoverStoreOptions {
  readonly messages: HandoverMessages;
  /** Called after a commit that made something due, or that others are told of. */
  readonly committed: (change: { readonly due: boolean; readonly messages: boolean }) => void;
}

const INBOX = inboxInsert(1);
const OUTBOX = outboxInsert(1);

/** PostgreSQL takes neither NUL nor half a character apart from the text it stands in; both may come from a ticket. */
const storable = (rows: readonly object[]): string =>
  JSON.stringify(rows, (_, value: unknown) =>
    typeof value === 'string' ? value.replaceAll('\0', '').toWellFormed() : value,
  );

const isNew = async (tx: Queryable, eventId: string): Promise<boolean> =>
  (await tx.query({ name: 'handover-inbox', text: INBOX, values: [eventId] })).length > 0;

const load = async (tx: Queryable, requestId: string): Promise<{ handover?: Handover; now: Date }> => {
  await tx.query({ name: 'handover-lock', text: LOCK, values: [requestId] });
  const [row] = await tx.query<HandoverRow>({ name: 'handover-read', text: READ, values: [requestId] });
  if (row) return { handover: toHandover(row), now: row.now };
  const [clock] = await tx.query<{ now: Date }>({ name: 'handover-now', text: 'SELECT clock_timestamp() AS now' });
  return { now: clock?.now ?? new Date() };
};

/** Writes what differs: whatever a decision left alone is the same object as before. */
const save = async (tx: Queryable, before: Handover | undefined, after: Handover): Promise<void> => {
  const { requestId, tenantId, correlationId, round, status, snapshot } = after;
  const json = JSON.stringify(snapshot);
  const isAdded = before === undefined;
  const values = [requestId, tenantId, correlationId, round, status, isAdded ? json : 'null', dueAtOf(after)];
  await tx.query({ name: 'handover-save', text: SAVE, values });
  if (before && before.snapshot !== snapshot)
    await tx.query({ name: 'handover-snapshot', text: SAVE_SNAPSHOT, values: [requestId, json] });
  const known = new Set<unknown>([...(before?.tickets ?? []), ...(before?.steps ?? [])]);
  const tickets = after.tickets.filter((ticket) => !known.has(ticket)).map(ticketRow);
  const steps = after.steps.filter((step) => !known.has(step)).map(stepRow);
  if (tickets.length > 0)
    await tx.query({ name: 'handover-tickets', text: SAVE_TICKETS, values: [requestId, storable(tickets)] });
  if (steps.length > 0)
    await tx.query({ name: 'handover-steps', text: SAVE_STEPS, values: [requestId, storable(steps)] });
};

export const createPostgresHandoverStore = (database: Database, options: HandoverStoreOptions): HandoverStore => ({
  change: async (requestId, decide, eventId) => {
    const saved = await database.transaction(async (tx) => {
      if (eventId !== undefined && !(await isNew(tx, eventId))) return undefined;
      const { handover, now } = await load(tx, requestId);
      const change = decide(handover, now);
      if (change === undefined) return undefined;
      if (change.handover !== handover) await save(tx, handover, change.handover);
      const messages: readonly OutgoingMessage[] = options.messages(change, now);
      if (messages.length > 0)
        await tx.query({ name: 'handover-outbox', text: OUTBOX, values: outboxValues(messages) });
      const due = dueAtOf(change.handover);
      return { due: due !== null && due <= now, messages: messages.length > 0 };
    });
    if (saved) options.committed(saved);
  },
  lease: async (leaseMs) => {
    const values = [leaseMs / 1_000];
    const [row] = await database.query<{ request_id: string; fence: number }>({
      name: 'handover-lease',
      text: LEASE,
      values,
    });
    return row && { requestId: row.request_id, fence: row.fence };
  },
  extend: async ({ requestId, fence }, leaseMs) => {
    await database.query({ name: 'handover-extend', text: EXTEND, values: [requestId, fence, leaseMs / 1_000] });
  },
  read: async (tenantId, requestId) => {
    const values = [requestId, tenantId];
    const [row] = await database.query<HandoverRow>({ name: 'handover-read-own', text: READ_OF_TENANT, values });
    return row && toHandover(row);
  },
  requestsOf: async (issueId) => {
    const values = [issueId];
    const rows = await database.query<{ request_id: string }>({ name: 'handover-of', text: REQUESTS_OF, values });
    return rows.map(({ request_id }) => request_id);
  },
  list: async (tenantId, requestIds) => {
    if (requestIds.length === 0) return [];
    const values = [tenantId, requestIds];
    const rows = await database.query<{ request_id: string; tickets: readonly Ticket[] }>({
      name: 'handover-list',
      text: LIST,
      values,
    });
    return rows.map(({ request_id, tickets }) => ({ requestId: request_id, tickets }));
  },
});

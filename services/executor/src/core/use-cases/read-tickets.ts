import type { Clock, Result } from '@pao/kernel';
import type { Ticket, TicketStatus, TicketSystem, Tickets } from '../ports/ticket-system.ts';
import type { Timing } from '../ports/timing.ts';

export type TicketView = Ticket & {
  readonly system: string;
  readonly status?: TicketStatus & { readonly fetchedAt: Date };
  /** Why the status was asked for and not learned. */
  readonly problem?: string;
};

export interface TicketsRead {
  readonly tickets: readonly TicketView[];
  readonly partial: boolean;
}

export interface ReadTicketsDependencies {
  readonly tickets: Tickets;
  readonly systems: readonly TicketSystem[];
  readonly timing: Timing;
  readonly now: Clock;
}

export interface ReadTicketsCommand {
  readonly requestId: string;
  readonly tenantId: string;
  readonly live: boolean;
}

const MOST = 200;
/** Calls to the outer world under way for all who ask. */
const AT_ONCE = 5;
/** For all tickets of one answer together. */
const BUDGET_MS = 3_000;
const KEPT_MS = 10_000;
const MOST_KEPT = 1_000;

const TOO_LATE = 'The status was not learned within three seconds.';

type Reading = Pick<TicketView, 'status' | 'problem'>;

/** The tickets that the tasks of a request created; their status of now is asked for on demand, and kept for a moment. */
export const createReadTickets = ({ tickets, systems, timing, now }: ReadTicketsDependencies) => {
  const byType = new Map(systems.map((system) => [system.actionType, system]));
  const enter = createGate(AT_ONCE);
  const kept = new Map<string, { readonly until: number; readonly reading: Promise<Reading> }>();

  const read = (system: TicketSystem, ticket: Ticket, deadline: number): Promise<Reading> =>
    enter(async () => {
      const timeoutMs = deadline - timing.elapsed();
      // Nobody waits for it any more.
      if (timeoutMs <= 0) return { problem: TOO_LATE };
      return readingOf(await system.readStatus(ticket, timeoutMs), now());
    });

  /** Whoever asks for a ticket while somebody else does shares the answer. What failed is asked for again by the next. */
  const readOnce = (system: TicketSystem, ticket: Ticket, deadline: number): Promise<Reading> => {
    const name = `${system.system} ${ticket.url ?? ''} ${ticket.key}`;
    const known = kept.get(name);
    if (known && known.until > timing.elapsed()) return known.reading;
    const reading = read(system, ticket, deadline);
    kept.delete(name);
    kept.set(name, { until: timing.elapsed() + KEPT_MS, reading });
    for (const oldest of kept.keys()) if (kept.size > MOST_KEPT) kept.delete(oldest);
    const forget = (): void => {
      if (kept.get(name)?.reading === reading) kept.delete(name);
    };
    reading.then(({ problem }) => problem !== undefined && forget(), forget);
    return reading;
  };

  return async ({ requestId, tenantId, live }: ReadTicketsCommand): Promise<TicketsRead> => {
    const found = await tickets.ofRequest({ requestId, tenantId, actionTypes: [...byType.keys()] }, MOST);
    const deadline = timing.elapsed() + BUDGET_MS;
    const views = await Promise.all(
      found.map(async (ticket): Promise<TicketView> => {
        const system = byType.get(ticket.actionType);
        if (!system) throw new Error(`tickets of ${ticket.actionType} were not asked for`);
        const view = { ...ticket, system: system.system };
        return live
          ? { ...view, ...(await untilDeadline(readOnce(system, ticket, deadline), deadline, timing)) }
          : view;
      }),
    );
    return { tickets: views, partial: views.some(({ problem }) => problem !== undefined) };
  };
};

const readingOf = (read: Result<TicketStatus, string>, fetchedAt: Date): Reading =>
  read.ok ? { status: { ...read.value, fetchedAt } } : { problem: read.error };

const untilDeadline = async (reading: Promise<Reading>, deadline: number, timing: Timing): Promise<Reading> => {
  const late = Promise.withResolvers<Reading>();
  const callOff = timing.after(Math.max(0, deadline - timing.elapsed()), () => late.resolve({ problem: TOO_LATE }));
  return Promise.race([reading, late.promise]).finally(callOff);
};

/** Lets so many work at once; the others wait in line. */
const createGate = (places: number) => {
  let free = places;
  const line: (() => void)[] = [];
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => line.push(resolve));
    try {
      return await work();
    } finally {
      const next = line.shift();
      if (next) next();
      else free += 1;
    }
  };
};

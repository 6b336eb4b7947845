import type { EscalatedTask, RequestEscalatingV1 } from '@pao/contracts';
import { announce, announceAgain } from './announce.ts';
import { type Change, type Handover, newStep, type Step, type Ticket, type TicketId } from './handover.ts';
import { siteOf, type TicketRoutes } from './route-ticket.ts';

export interface Escalating {
  readonly tenantId: string;
  readonly correlationId: string;
  readonly data: RequestEscalatingV1;
}

const ticketFor = (task: EscalatedTask, round: number, routes: TicketRoutes): Ticket => ({
  taskId: task.id,
  generation: task.generation,
  round,
  position: task.position,
  name: task.name,
  ...siteOf(task, routes),
  state: 'wanted',
  issue: null,
  told: 'not-yet',
  flag: null,
  reading: null,
  handBack: null,
});

/** Who is blocked by whom: a ticket by those of the tasks it depends on, through tasks that have none. */
export const blockersOf = (task: EscalatedTask, tasks: readonly EscalatedTask[]): readonly EscalatedTask[] => {
  const found = new Map<string, EscalatedTask>();
  const seen = new Set<string>();
  const visit = (ids: readonly string[]): void => {
    for (const id of ids) {
      const other = seen.has(id) ? undefined : tasks.find((candidate) => candidate.id === id);
      seen.add(id);
      if (other?.ticketed) found.set(id, other);
      else if (other) visit(other.dependsOn);
    }
  };
  visit(task.dependsOn);
  return [...found.values()];
};

const idOf = ({ id, generation }: EscalatedTask): TicketId => ({ taskId: id, generation });

const stepsFor = (task: EscalatedTask, tasks: readonly EscalatedTask[], now: Date): readonly Step[] => [
  newStep(idOf(task), 'create', now),
  ...blockersOf(task, tasks).map(({ id, generation }) =>
    newStep(idOf(task), `link:${id}`, null, { blocker: id, generation }),
  ),
];

/** In the place of the first ticket under it. */
const parentFor = ({ requestId, round, name }: RequestEscalatingV1, first: Ticket): Ticket => ({
  ...first,
  ...{ taskId: requestId, generation: round, position: 0, name },
});

/** The tickets of the tasks are to be done before that of the request is. */
const parentSteps = (parent: Ticket, tickets: readonly Ticket[], now: Date): readonly Step[] => [
  newStep(parent, 'create', now),
  ...tickets.map(({ taskId, generation }) => newStep(parent, `link:${taskId}`, null, { blocker: taskId, generation })),
];

/** A person handed a request to people. A round that is known is answered again; one that is older changes nothing. */
export const openHandover = (
  known: Handover | undefined,
  { tenantId, correlationId, data }: Escalating,
  now: Date,
  routes: TicketRoutes = new Map(),
): Change | undefined => {
  if (known?.round === data.round) return announceAgain(known);
  if (known !== undefined && known.round > data.round) return undefined;
  const tasks = data.tasks.filter(({ ticketed }) => ticketed);
  const isNew = ({ id, generation }: EscalatedTask) =>
    known?.tickets.some((ticket) => ticket.taskId === id && ticket.generation === generation) !== true;
  const added = tasks.filter(isNew);
  const tickets = added.map((task) => ticketFor(task, data.round, routes));
  const [first] = tickets;
  const parent = data.linking?.parentTicket === true && first ? parentFor(data, first) : undefined;
  const above = parent ? { tickets: [parent], steps: parentSteps(parent, tickets, now) } : { tickets: [], steps: [] };
  return announce({
    requestId: data.requestId,
    tenantId,
    correlationId,
    round: data.round,
    status: 'opening',
    snapshot: data,
    tickets: [...(known?.tickets ?? []), ...above.tickets, ...tickets],
    steps: [...(known?.steps ?? []), ...above.steps, ...added.flatMap((task) => stepsFor(task, data.tasks, now))],
  });
};

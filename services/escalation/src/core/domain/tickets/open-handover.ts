import type { EscalatedTask, RequestEscalatingV1 } from '@pao/contracts';
import { announce } from './announce.ts';
import { type Change, type Handover, newStep, type Step, type Ticket, type TicketId } from './handover.ts';

export interface Escalating {
  readonly tenantId: string;
  readonly correlationId: string;
  readonly data: RequestEscalatingV1;
}

/** The instance of a ticket that names none. */
const DEFAULT_INSTANCE = 'default';

const ticketFor = (task: EscalatedTask, round: number): Ticket => ({
  taskId: task.id,
  generation: task.generation,
  round,
  position: task.position,
  name: task.name,
  instance: task.manual?.instance ?? DEFAULT_INSTANCE,
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

/** A person handed a request to people. A round that is known, or older than the one that is, changes nothing. */
export const openHandover = (
  known: Handover | undefined,
  { tenantId, correlationId, data }: Escalating,
  now: Date,
): Change | undefined => {
  if (known !== undefined && known.round >= data.round) return undefined;
  const tasks = data.tasks.filter(({ ticketed }) => ticketed);
  const isNew = ({ id, generation }: EscalatedTask) =>
    known?.tickets.some((ticket) => ticket.taskId === id && ticket.generation === generation) !== true;
  const added = tasks.filter(isNew);
  return announce({
    requestId: data.requestId,
    tenantId,
    correlationId,
    round: data.round,
    status: 'opening',
    snapshot: data,
    tickets: [...(known?.tickets ?? []), ...added.map((task) => ticketFor(task, data.round))],
    steps: [...(known?.steps ?? []), ...added.flatMap((task) => stepsFor(task, data.tasks, now))],
  });
};

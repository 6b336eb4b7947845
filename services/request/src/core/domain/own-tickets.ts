import type { Plan, PlannedTask } from './plan.ts';
import { type Request, type Task, taskAt } from './request.ts';

/** The Jira ticket that the own action of a task created. */
export interface OwnTicket {
  readonly task: Task;
  /** The name that documents have for the site. */
  readonly instance: string;
  readonly key: string;
  readonly url: string;
}

const DEFAULT_INSTANCE = 'default';

/** An output by what the document says it is of the action's result. */
const outputOf = ({ outputs }: Task, { action }: PlannedTask, source: string): string | undefined => {
  const [name = source] = Object.entries(action.outputs ?? {}).find(([, read]) => read === source) ?? [];
  const value = Object.hasOwn(outputs, name) ? outputs[name] : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/** Undefined for a task that has none, or whose site is worked out with the request. */
export const ownTicketOf = (task: Task, plan: Plan): OwnTicket | undefined => {
  const planned = plan.tasks[task.position - 1];
  if (planned?.action.type !== 'jira-ticket') return undefined;
  const key = task.ticket?.key ?? outputOf(task, planned, 'key');
  const url = task.ticket?.url ?? outputOf(task, planned, 'url');
  const { instance = DEFAULT_INSTANCE } = planned.action.config;
  if (key === undefined || url === undefined || typeof instance !== 'string' || instance.includes('{{'))
    return undefined;
  return { task, instance, key, url };
};

const OFFERED: ReadonlySet<string> = new Set(['key', 'url', 'id']);

/** Outputs that the ticket has only once people have resolved it, by name: in which of its fields. */
export const ticketFields = (task: Task, plan: Plan): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(plan.tasks[task.position - 1]?.action.outputs ?? {}).filter(([, source]) => !OFFERED.has(source)),
  );

/** Tickets of the tasks that one depends on, through tasks that have none. */
export const ticketsBefore = (request: Request, task: Task, plan: Plan): readonly OwnTicket[] => {
  const found = new Map<number, OwnTicket>();
  const seen = new Set<number>();
  const visit = (positions: readonly number[]): void => {
    for (const position of positions) {
      if (seen.has(position)) continue;
      seen.add(position);
      const other = taskAt(request, position);
      const ticket = ownTicketOf(other, plan);
      if (ticket) found.set(position, ticket);
      else visit(other.dependsOn);
    }
  };
  visit(task.dependsOn);
  return [...found.values()];
};

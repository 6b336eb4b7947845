import type { EscalatedTask, ManualTicket } from '@pao/contracts';
import type { Ticket } from './handover.ts';

/** Where the tickets of a team go; what is left out comes from the document, then from the defaults. */
export type TicketRoute =
  | {
      readonly system: 'jira';
      readonly instance?: string | undefined;
      readonly project?: string | undefined;
      readonly issueType?: string | undefined;
    }
  | {
      readonly system: 'servicenow';
      readonly instance?: string | undefined;
      readonly table?: string | undefined;
      readonly assignmentGroup?: string | undefined;
    };

/** By the team that owns the item; `*` for all others. */
export type TicketRoutes = ReadonlyMap<string, TicketRoute>;

export type TicketSite = Pick<Ticket, 'instance' | 'record'>;

const EVERYBODY = '*';
/** The instance of a ticket that names none. */
const DEFAULT_INSTANCE = 'default';
const DEFAULT_TABLE = 'incident';

export const routeOf = ({ team }: Pick<EscalatedTask, 'team'>, routes: TicketRoutes): TicketRoute | undefined =>
  (team === undefined ? undefined : routes.get(team)) ?? routes.get(EVERYBODY);

/** What the document says counts only where it is about the system that the ticket goes to. */
export const manualFor = (task: Pick<EscalatedTask, 'manual'>, { record }: TicketSite): ManualTicket => {
  const { manual = {} } = task;
  return (manual.system === 'servicenow') === (record !== undefined) ? manual : {};
};

/** The route of the owning team goes before the document, and this before the route of everybody. */
const systemOf = ({ team, manual }: EscalatedTask, routes: TicketRoutes): TicketRoute['system'] => {
  const own = team === undefined ? undefined : routes.get(team);
  if (own) return own.system;
  if (manual) return manual.system ?? 'jira';
  return routes.get(EVERYBODY)?.system ?? 'jira';
};

/** Where the ticket of a task goes. */
export const siteOf = (task: EscalatedTask, routes: TicketRoutes): TicketSite => {
  const route = routeOf(task, routes);
  const system = systemOf(task, routes);
  const said = (task.manual?.system ?? 'jira') === system ? task.manual : undefined;
  const instance = said?.instance ?? (route?.system === system ? route.instance : undefined) ?? DEFAULT_INSTANCE;
  if (system === 'jira') return { instance };
  const records = route?.system === 'servicenow' ? route : undefined;
  const assignmentGroup = said?.assignmentGroup ?? records?.assignmentGroup;
  const table = said?.table ?? records?.table ?? DEFAULT_TABLE;
  return { instance, record: { table, ...(assignmentGroup !== undefined && { assignmentGroup }) } };
};

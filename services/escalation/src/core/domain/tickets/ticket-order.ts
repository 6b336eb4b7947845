import type { EscalatedTask } from '@pao/contracts';
import { err, type JsonObject, ok, type Result } from '@pao/kernel';
import {
  COMMON_LABEL,
  type Handover,
  isParent,
  labelOf,
  type Problem,
  type RecordSite,
  type Step,
  type Ticket,
} from './handover.ts';
import { manualFor, routeOf, type TicketRoutes } from './route-ticket.ts';
import { parentSummary, parentText, ticketSummary, ticketText } from './ticket-text.ts';

/** Where tickets go whose document says nothing of it. */
export interface TicketDefaults {
  readonly project: string | undefined;
  readonly issueType: string;
  readonly parent: string | undefined;
  readonly routes: TicketRoutes;
}

/** A ticket to be created, wherever. */
interface AnyOrder {
  readonly instance: string;
  readonly summary: string;
  /** Wiki markup. */
  readonly description: string;
  /** The first one it is found by. */
  readonly labels: readonly string[];
  readonly priority?: string | undefined;
  readonly customFields?: JsonObject | undefined;
}

/** An issue of Jira. */
export interface IssueOrder extends AnyOrder {
  readonly record?: undefined;
  readonly project: string;
  readonly issueType: string;
  readonly parent: string | undefined;
  readonly components?: readonly string[] | undefined;
  readonly assignee?: string | undefined;
}

/** A record of ServiceNow. */
export interface RecordOrder extends AnyOrder {
  readonly record: RecordSite;
}

export type TicketOrder = IssueOrder | RecordOrder;

export const taskOf = ({ snapshot }: Handover, { taskId }: { readonly taskId: string }): EscalatedTask | undefined =>
  snapshot?.tasks.find(({ id }) => id === taskId);

const noProject: Problem = {
  code: 'JIRA_PROJECT_MISSING',
  message:
    'Neither the document of the task names a Jira project for what is done by hand, nor is PAO_ESCALATION_JIRA_PROJECT set where the escalation service runs.',
};

interface Filing {
  readonly task: EscalatedTask;
  readonly ticket: Ticket;
  readonly common: AnyOrder;
  readonly defaults: TicketDefaults;
}

const issueOrder = ({ task, ticket, common, defaults }: Filing): Result<TicketOrder, Problem> => {
  const { project: ownProject, issueType, components, assignee, epicKey } = manualFor(task, ticket);
  const route = routeOf(task, defaults.routes);
  const routed = route?.system === 'jira' ? route : undefined;
  const project = ownProject ?? routed?.project ?? defaults.project;
  if (project === undefined) return err(noProject);
  return ok({
    ...common,
    ...{ project, components, assignee },
    issueType: issueType ?? routed?.issueType ?? defaults.issueType,
    parent: epicKey ?? defaults.parent,
  });
};

const unknownTask: Problem = { code: 'TASK_UNKNOWN', message: 'The request does not name this task any more.' };

/** What has to be created for a task, as its document wants it and the defaults fill it up. */
export const ticketOrder = (
  handover: Handover,
  ticket: Ticket,
  create: Step,
  defaults: TicketDefaults,
): Result<TicketOrder, Problem> => {
  const { snapshot } = handover;
  if (snapshot === null) return err(unknownTask);
  const known = { ...handover, snapshot };
  const isAbove = isParent(handover, ticket);
  // The request's own ticket is filed as the first of those under it.
  const task = isAbove ? snapshot.tasks.find(({ ticketed }) => ticketed) : taskOf(handover, ticket);
  if (task === undefined) return err(unknownTask);
  const { labels = [], priority, customFields } = manualFor(task, ticket);
  const common: AnyOrder = {
    ...{ instance: ticket.instance, priority, customFields },
    summary: isAbove ? parentSummary(snapshot) : ticketSummary(snapshot, task),
    description: isAbove ? parentText(known, ticket) : ticketText(known, ticket, task),
    labels: [labelOf(ticket, create), COMMON_LABEL, ...labels],
  };
  if (ticket.record) return ok({ ...common, record: ticket.record });
  return issueOrder({ task, ticket, common, defaults });
};

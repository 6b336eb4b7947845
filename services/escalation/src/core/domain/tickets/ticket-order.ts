import type { EscalatedTask, ManualTicket } from '@pao/contracts';
import { err, ok, type Result } from '@pao/kernel';
import { COMMON_LABEL, type Handover, labelOf, type Problem, type Step, type Ticket } from './handover.ts';
import { ticketSummary, ticketText } from './ticket-text.ts';

/** Where tickets go whose document says nothing of it. */
export interface TicketDefaults {
  readonly project: string | undefined;
  readonly issueType: string;
  readonly parent: string | undefined;
}

/** A ticket to be created. */
export interface TicketOrder extends Omit<ManualTicket, 'instance' | 'outputs' | 'project' | 'issueType' | 'labels'> {
  readonly instance: string;
  readonly project: string;
  readonly issueType: string;
  readonly parent: string | undefined;
  readonly summary: string;
  /** Wiki markup. */
  readonly description: string;
  /** The first one it is found by. */
  readonly labels: readonly string[];
}

export const taskOf = ({ snapshot }: Handover, { taskId }: { readonly taskId: string }): EscalatedTask | undefined =>
  snapshot?.tasks.find(({ id }) => id === taskId);

const noProject: Problem = {
  code: 'JIRA_PROJECT_MISSING',
  message:
    'Neither the document of the task names a Jira project for what is done by hand, nor is PAO_ESCALATION_JIRA_PROJECT set where the escalation service runs.',
};

/** What has to be created for a task, as its document wants it and the defaults fill it up. */
export const ticketOrder = (
  handover: Handover,
  ticket: Ticket,
  create: Step,
  defaults: TicketDefaults,
): Result<TicketOrder, Problem> => {
  const task = taskOf(handover, ticket);
  const { snapshot } = handover;
  if (task === undefined || snapshot === null)
    return err({ code: 'TASK_UNKNOWN', message: 'The request does not name this task any more.' });
  const {
    instance: _instance,
    outputs: _outputs,
    project = defaults.project,
    issueType,
    labels = [],
    ...manual
  } = task.manual ?? {};
  if (project === undefined) return err(noProject);
  return ok({
    ...manual,
    instance: ticket.instance,
    project,
    issueType: issueType ?? defaults.issueType,
    parent: manual.epicKey ?? defaults.parent,
    summary: ticketSummary(snapshot, task),
    description: ticketText({ ...handover, snapshot }, ticket, task),
    labels: [labelOf(ticket, create), COMMON_LABEL, ...labels],
  });
};

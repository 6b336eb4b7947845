// @boundaries-ignore the code under test
import type { Handover, Step, Ticket } from '../../../services/escalation/src/core/domain/tickets/handover.ts';
import type { Jira } from '../world/jira.ts';
import type { Issue } from '../world/jira-issues.ts';

/** The ledger of tickets as its tables are published: read here, and never asked what it means. */

const OPEN: ReadonlySet<string> = new Set(['due', 'started', 'in-doubt']);

const labelOf = ({ taskId, generation, detail }: Step): string => {
  const again = detail['again'];
  return `pao-${taskId}-g${generation}-escalation${typeof again === 'number' ? `-${again}` : ''}`;
};

/** Whether it is recorded that the ticket with this label is being created. */
export const hasBegun = (handovers: readonly Handover[], label: string): boolean =>
  handovers.some(({ steps }) =>
    steps.some(
      (step) => step.name === 'create' && labelOf(step) === label && step.state !== 'due' && step.state !== 'void',
    ),
  );

/** Whether something is still to be done beside looking at tickets now and then. */
export const hasWork = ({ steps }: Handover): boolean =>
  steps.some((step) => step.name !== 'look' && OPEN.has(step.state) && step.dueAt !== null);

export const issueOf = (jira: Pick<Jira, 'issues'>, { issue }: Ticket): Issue | undefined =>
  jira.issues.find(({ id }) => id === issue?.id);

/** Tickets that people have closed and that are not known as closed. */
export const unseen = (jira: Pick<Jira, 'issues'>, handovers: readonly Handover[]): readonly Ticket[] =>
  handovers.flatMap(({ tickets }) =>
    tickets.filter((ticket) => {
      const issue = issueOf(jira, ticket);
      if (ticket.state !== 'open' || issue === undefined || issue.isGone || issue.closed === undefined) return false;
      return ticket.reading?.closed !== true || (issue.written.at(-1)?.at ?? 0) > (issue.lookedAt ?? 0);
    }),
  );

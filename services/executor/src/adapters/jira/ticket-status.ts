import { createJiraSite, DEFAULT_JIRA, type JiraInstance } from '@pao/jira';
import { type Clock, err, ok } from '@pao/kernel';
import type { SendHttp } from '@pao/outgoing';
import type { Ticket, TicketSystem } from '../../core/ports/ticket-system.ts';

export interface JiraTicketsOptions {
  readonly instances: ReadonlyMap<string, JiraInstance>;
  readonly send: SendHttp;
  readonly now: Clock;
}

const momentOf = (text: string | null): Date | null => {
  const at = new Date(text ?? Number.NaN);
  return Number.isNaN(at.getTime()) ? null : at;
};

/** How the tickets of `jira-ticket` actions stand. A ticket is asked for at the site it was created at, with that site's account. */
export const createJiraTickets = ({ instances, send, now }: JiraTicketsOptions): TicketSystem => {
  const sites = new Map([...instances].map(([name, instance]) => [name, createJiraSite(instance, send, now)]));
  const siteOf = ({ url, key }: Ticket) =>
    url === null ? sites.get(DEFAULT_JIRA) : [...sites.values()].find((site) => url === `${site.url}/browse/${key}`);
  return {
    actionType: 'jira-ticket',
    system: 'jira',
    readStatus: async (ticket, timeoutMs) => {
      const site = siteOf(ticket);
      if (!site) return err('This executor knows no account for the Jira of this ticket any more.');
      const read = await site.readIssue(ticket.key, timeoutMs);
      if (!read.ok) return err(read.error.outcome.message);
      const { status, category, assignee, updated } = read.value;
      return ok({ status, statusCategory: category, assignee, updatedAt: momentOf(updated) });
    },
  };
};

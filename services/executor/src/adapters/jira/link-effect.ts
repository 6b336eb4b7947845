import { DEFAULT_RESEND, type Effect, type Probe, type Verdict } from '@pao/executor-sdk';
import type { Issue, IssueLink, IssueReading, JiraFailure } from '@pao/jira';
import { evidenceOfExchange } from '@pao/outgoing';
import { toVerdict } from '../to-verdict.ts';
import type { TicketLink } from './config.ts';
import { type Site, ticketMade } from './tickets.ts';

const linkOf = ({ type, key, direction }: TicketLink, ticket: string): IssueLink =>
  direction === 'outward' ? { type, inward: ticket, outward: key } : { type, inward: key, outward: ticket };

/** Whether the ticket, as it was read, has the link already. */
const isThere = ({ links }: IssueReading, { type, key, direction }: TicketLink): boolean =>
  links.some(
    (link) =>
      link.type.toLowerCase() === type.toLowerCase() && (direction === 'outward' ? link.outward : link.inward) === key,
  );

const unreadable = ({ outcome, exchange }: JiraFailure): Verdict => {
  const verdict = toVerdict(outcome, evidenceOfExchange(exchange));
  // Only a look: nothing was done, whatever came of it.
  return verdict.kind === 'unknown' ? { ...verdict, kind: 'not-executed' } : verdict;
};

/** One link of a new ticket. Jira makes a second one of the same kind without a word, so the ticket is looked at first. */
export const linkEffect = (site: Site, issue: Issue, made: number, link: TicketLink): Effect => {
  const probe = async (remainingMs: number): Promise<Probe> => {
    const read = await site.jira.readIssue(issue.id, remainingMs);
    if (!read.ok) return { kind: 'inconclusive', note: `${issue.key} could not be read.`, again: true };
    if (isThere(read.value, link)) return { kind: 'found', success: ticketMade(site, issue, made + 1) };
    return { kind: 'inconclusive', note: `${issue.key} has no link ${link.type} with ${link.key}.`, again: true };
  };
  return {
    target: `POST ${site.url}/rest/api/${site.jira.flavor === 'cloud' ? 3 : 2}/issueLink (${issue.key}, ${link.key})`,
    resend: DEFAULT_RESEND,
    run: async ({ remainingMs }) => {
      const until = performance.now() + remainingMs;
      const read = await site.jira.readIssue(issue.id, remainingMs);
      if (!read.ok) return unreadable(read.error);
      if (isThere(read.value, link)) return ticketMade(site, issue, made + 1);
      const linked = await site.jira.linkIssues(linkOf(link, read.value.key), until - performance.now());
      if (linked.ok) return ticketMade(site, issue, made + 1);
      return toVerdict(linked.error.outcome, evidenceOfExchange(linked.error.exchange));
    },
    probe: ({ remainingMs }) => probe(remainingMs),
  };
};

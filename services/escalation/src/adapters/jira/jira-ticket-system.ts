import { createJiraSite, DEFAULT_JIRA, type JiraInstance, type JiraSite, plainTextOf } from '@pao/jira';
import type { Clock } from '@pao/kernel';
import type { SendHttp } from '@pao/outgoing';
import type { IssueReference } from '../../core/domain/tickets/handover.ts';
import type { Outcome } from '../../core/domain/tickets/ledger.ts';
import { commentText } from '../../core/domain/tickets/ticket-text.ts';
import type { TicketPlace, TicketSystem } from '../../core/ports/ticket-system.ts';
import { chooseTransition } from './choose-transition.ts';
import { bodyFor, issueFields } from './issue-fields.ts';
import { type LookOptions, lookAt, referenceOf } from './look.ts';
import { toOutcome } from './outcomes.ts';

export interface JiraTicketOptions extends LookOptions {
  /** By the name documents call them. */
  readonly instances: ReadonlyMap<string, JiraInstance>;
  readonly send: SendHttp;
  readonly now: Clock;
  /** The name of a type of links that says that one blocks the other. */
  readonly linkType: string;
}

const done: Outcome<unknown> = { kind: 'ok', value: null };

const noInstance = (name: string): Outcome<never> => ({
  kind: 'refused',
  problem:
    name === DEFAULT_JIRA
      ? {
          code: 'JIRA_NOT_CONFIGURED',
          message:
            'The escalation service knows no Jira: set PAO_JIRA_URL, PAO_JIRA_EMAIL and PAO_JIRA_API_TOKEN where it runs. Until then tasks are completed by hand in the orchestrator.',
        }
      : { code: 'JIRA_INSTANCE_UNKNOWN', message: `The escalation service knows no Jira ${JSON.stringify(name)}.` },
});

/** The sites of a configuration, by name. */
export const jiraSites = ({
  instances,
  send,
  now,
}: Pick<JiraTicketOptions, 'instances' | 'send' | 'now'>): ReadonlyMap<string, JiraSite> =>
  new Map([...instances].map(([name, instance]) => [name, createJiraSite(instance, send, now)]));

const isNamed = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** Documents say `blocks` where Jira calls it `Blocks`. */
const linkTypeOf = (asked: string | undefined, configured: string): string =>
  asked === undefined || isNamed(asked, configured) ? configured : asked;

const linkOnce = async (
  site: JiraSite,
  { linkType, timeoutMs }: Pick<JiraTicketOptions, 'linkType' | 'timeoutMs'>,
  { issue: blocker }: TicketPlace,
  { issue: blocked }: TicketPlace,
): Promise<Outcome<unknown>> => {
  const [first, second] = [await site.readIssue(blocker, timeoutMs), await site.readIssue(blocked, timeoutMs)];
  if (!first.ok) return toOutcome(first.error);
  if (!second.ok) return toOutcome(second.error);
  const isThere = second.value.links.some(({ type, inward }) => isNamed(type, linkType) && inward === first.value.key);
  if (isThere) return done;
  const link = { type: linkType, inward: first.value.key, outward: second.value.key };
  const linked = await site.linkIssues(link, timeoutMs);
  return linked.ok ? done : toOutcome(linked.error);
};

const commentOnce = async (
  site: JiraSite,
  timeoutMs: number,
  issue: string,
  { name, text }: { readonly name: string; readonly text: string },
): Promise<Outcome<unknown>> => {
  const comments = await site.readComments(issue, timeoutMs);
  if (!comments.ok) return toOutcome(comments.error);
  if (comments.value.some(({ body }) => plainTextOf(body).includes(name))) return done;
  const body = bodyFor(site.flavor, commentText(`${text}\n(${name})`));
  const added = await site.addComment(issue, body, timeoutMs);
  return added.ok ? done : toOutcome(added.error);
};

const closeOnce = async (site: JiraSite, options: JiraTicketOptions, issue: string): Promise<Outcome<unknown>> => {
  const found = await site.readIssue(issue, options.timeoutMs);
  if (!found.ok) return toOutcome(found.error);
  if (found.value.category === 'done') return done;
  const transitions = await site.readTransitions(issue, options.timeoutMs);
  if (!transitions.ok) return toOutcome(transitions.error);
  const chosen = chooseTransition(transitions.value, options.declined);
  // Nothing leads to its end: a person has to close it.
  if (chosen === undefined) return done;
  const moved = await site.transition(issue, chosen.id, options.timeoutMs);
  return moved.ok ? done : toOutcome(moved.error);
};

/** Tickets as issues of Jira. Jira has no idempotency keys: what must not be done twice is looked for first. */
export const createJiraTicketSystem = (options: JiraTicketOptions): TicketSystem => {
  const sites = jiraSites(options);
  const { timeoutMs } = options;

  const at = async <T>(instance: string, call: (site: JiraSite) => Promise<Outcome<T>>): Promise<Outcome<T>> => {
    const site = sites.get(instance);
    return site ? call(site) : noInstance(instance);
  };

  return {
    create: (order) =>
      at<IssueReference>(order.instance, async (site) => {
        if (order.record) throw new Error('a record of ServiceNow is no issue of Jira');
        const created = await site.createIssue(issueFields(order, site.flavor), timeoutMs);
        return created.ok ? { kind: 'ok', value: referenceOf(site, created.value) } : toOutcome(created.error);
      }),
    find: ({ instance }, label) =>
      at<readonly IssueReference[]>(instance, async (site) => {
        const found = await site.findByLabel(label, timeoutMs);
        if (!found.ok) return toOutcome(found.error);
        return { kind: 'ok', value: found.value.map((issue) => referenceOf(site, issue)) };
      }),
    link: ({ blocker, blocked, type }) =>
      at<unknown>(blocked.instance, (site) => {
        const linkType = linkTypeOf(type, options.linkType);
        return linkOnce(site, { linkType, timeoutMs }, blocker, blocked);
      }),
    look: ({ instance, issue }: TicketPlace, outputs) => at(instance, (site) => lookAt(site, issue, outputs, options)),
    comment: ({ instance, issue }, name, text) =>
      at(instance, (site) => commentOnce(site, timeoutMs, issue, { name, text })),
    close: ({ instance, issue }) => at(instance, (site) => closeOnce(site, options, issue)),
  };
};

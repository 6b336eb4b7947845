import {
  type Action,
  type ActionRunner,
  type AwaitedTicket,
  DEFAULT_RESEND,
  type Effect,
  type Failure,
  type Probe,
  parseConfig,
  systemTiming,
} from '@pao/executor-sdk';
import { createJiraSite, DEFAULT_JIRA, type JiraInstance } from '@pao/jira';
import { type Clock, err, ok, type Result } from '@pao/kernel';
import { evidenceOfExchange, type SendHttp } from '@pao/outgoing';
import { toVerdict } from '../to-verdict.ts';
import { aboutJiraTicket } from './about.ts';
import { askSite, type SiteQuestions } from './ask-site.ts';
import { type JiraTicketConfig, jiraTicketConfig } from './config.ts';
import { createReadCreateMeta } from './create-meta.ts';
import { type AskedOfSite, issueFields } from './issue-fields.ts';
import { linkEffect } from './link-effect.ts';
import { type Site, ticketMade, ticketOf } from './tickets.ts';

export interface JiraTicketDependencies {
  /** By the name documents call them. */
  readonly instances: ReadonlyMap<string, JiraInstance>;
  readonly send: SendHttp;
  readonly now: Clock;
}

const probe = async (site: Site, label: string, timeoutMs: number): Promise<Probe> => {
  const found = await site.jira.findByLabel(label, timeoutMs);
  if (!found.ok)
    return { kind: 'inconclusive', note: `The search failed: ${found.error.outcome.message}`, again: true };
  const [first, ...more] = found.value;
  if (first === undefined) {
    const note = `No ticket with the label ${label} was found. The search lags, so there may be one all the same.`;
    return { kind: 'inconclusive', note, again: true };
  }
  if (more.length === 0) return { kind: 'found', success: ticketMade(site, first, 0) };
  const keys = found.value.map(({ key }) => key).join(', ');
  return { kind: 'inconclusive', note: `Several tickets carry the label ${label}: ${keys}.`, again: false };
};

const createEffect = (site: Site, config: JiraTicketConfig, asked: AskedOfSite): Effect => {
  const { flavor } = site.jira;
  return {
    target: `POST ${site.url}/rest/api/${flavor === 'cloud' ? 3 : 2}/issue (${config.project})`,
    resend: DEFAULT_RESEND,
    run: async ({ name, remainingMs }) => {
      const created = await site.jira.createIssue(issueFields(config, asked, { flavor, name }), remainingMs);
      if (created.ok) return ticketMade(site, created.value, 0);
      return toVerdict(created.error.outcome, evidenceOfExchange(created.error.exchange));
    },
    probe: ({ name, remainingMs }) => probe(site, name, remainingMs),
  };
};

/** Outputs that the ticket has only once people have resolved it. */
const fieldsOf = ({ outputs }: Action): AwaitedTicket['fields'] =>
  Object.fromEntries(Object.entries(outputs).filter(([, source]) => !OFFERED.has(source)));

const OFFERED: ReadonlySet<string> = new Set(['key', 'url', 'id']);

const noInstance = (name: string): Failure =>
  name === DEFAULT_JIRA
    ? {
        code: 'JIRA_NOT_CONFIGURED',
        message: 'This executor knows no Jira. Set PAO_JIRA_URL, PAO_JIRA_EMAIL and PAO_JIRA_API_TOKEN where it runs.',
      }
    : { code: 'JIRA_INSTANCE_UNKNOWN', message: `This executor knows no Jira instance ${JSON.stringify(name)}.` };

const createQuestions = (instance: JiraInstance, { send, now }: JiraTicketDependencies) => {
  const site = createJiraSite(instance, send, now);
  return { site, readMeta: createReadCreateMeta({ site, elapsed: systemTiming.elapsed }) };
};

/**
 * `jira-ticket`: one issue in Jira that carries the attempt's name as a label. Jira has no idempotency key, so after an unknown
 * outcome the label is searched for: one hit is the ticket, no hit proves nothing. Each link is a step of its own. With
 * `waitForResolution` the last attempt ends all the same once all is there: who waits for the ticket is the request, and no worker.
 */
export const createJiraTicketAction = (dependencies: JiraTicketDependencies): ActionRunner => {
  const sites = new Map(
    [...dependencies.instances].map(([name, instance]) => [name, createQuestions(instance, dependencies)]),
  );

  const open = (
    action: Action,
  ): Result<{ config: JiraTicketConfig; questions: SiteQuestions; site: Site }, Failure> => {
    const parsed = parseConfig(jiraTicketConfig, action.config);
    if (!parsed.ok) return parsed;
    const config = parsed.value;
    const instance = config.instance ?? DEFAULT_JIRA;
    const questions = sites.get(instance);
    if (questions === undefined) return err(noInstance(instance));
    const site = { url: questions.site.url, jira: questions.site, links: config.links ?? [] };
    if (config.waitForResolution !== true) return ok({ config, questions, site });
    return ok({ config, questions, site: { ...site, awaiting: { instance, fields: fieldsOf(action) } } });
  };

  return {
    type: 'jira-ticket',
    about: aboutJiraTicket,
    step: 'create',
    takesSecretIn: () => false,
    prepare: async (action) => {
      const opened = open(action);
      if (!opened.ok) return opened;
      const { config, questions, site } = opened.value;
      const asked = await askSite(config, questions);
      return asked.ok ? ok(createEffect(site, config, asked.value)) : asked;
    },
    proceed: async (action, _secrets, { step, state }) => {
      const opened = open(action);
      if (!opened.ok) return opened;
      const { site } = opened.value;
      const ticket = ticketOf(state);
      const link = ticket && site.links[ticket.made];
      if (ticket === undefined || link === undefined) throw new Error(`jira-ticket has no step ${step} here`);
      return ok(linkEffect(site, ticket, ticket.made, link));
    },
  };
};

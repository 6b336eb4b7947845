import {
  type Action,
  type ActionRunner,
  type AwaitedTicket,
  DEFAULT_RESEND,
  type Effect,
  type Failure,
  type Probe,
  parseConfig,
  type Success,
} from '@pao/executor-sdk';
import { createJiraSite, DEFAULT_JIRA, type Issue, type JiraInstance, type JiraSite } from '@pao/jira';
import { type Clock, err, ok, type Result } from '@pao/kernel';
import { evidenceOfExchange, type SendHttp } from '@pao/outgoing';
import { toVerdict } from '../to-verdict.ts';
import { type JiraTicketConfig, jiraTicketConfig } from './config.ts';
import { issueFields } from './issue-fields.ts';

export interface JiraTicketDependencies {
  /** By the name documents call them. */
  readonly instances: ReadonlyMap<string, JiraInstance>;
  readonly send: SendHttp;
  readonly now: Clock;
}

interface Site {
  readonly url: string;
  readonly jira: JiraSite;
  /** Present when the task waits until its ticket is resolved. */
  readonly awaiting?: Pick<AwaitedTicket, 'instance' | 'fields'>;
}

const success = ({ url, awaiting }: Site, { id, key }: Issue): Success => {
  const result = { key, url: `${url}/browse/${key}`, id };
  const evidence = { key, url: result.url };
  const created: Success = { kind: 'ok', result, offered: result, evidence, externalRef: key };
  return awaiting ? { ...created, waitsFor: { system: 'jira', ...awaiting, ...result } } : created;
};

const probe = async (site: Site, label: string, timeoutMs: number): Promise<Probe> => {
  const found = await site.jira.findByLabel(label, timeoutMs);
  if (!found.ok)
    return { kind: 'inconclusive', note: `The search failed: ${found.error.outcome.message}`, again: true };
  const [first, ...more] = found.value;
  if (first === undefined) {
    const note = `No ticket with the label ${label} was found. The search lags, so there may be one all the same.`;
    return { kind: 'inconclusive', note, again: true };
  }
  if (more.length === 0) return { kind: 'found', success: success(site, first) };
  const keys = found.value.map(({ key }) => key).join(', ');
  return { kind: 'inconclusive', note: `Several tickets carry the label ${label}: ${keys}.`, again: false };
};

const effectOf = (site: Site, config: JiraTicketConfig): Effect => ({
  target: `POST ${site.url}/rest/api/3/issue (${config.project})`,
  resend: DEFAULT_RESEND,
  run: async ({ name, remainingMs }) => {
    const created = await site.jira.createIssue(issueFields(config, name), remainingMs);
    if (created.ok) return success(site, created.value);
    return toVerdict(created.error.outcome, evidenceOfExchange(created.error.exchange));
  },
  probe: ({ name, remainingMs }) => probe(site, name, remainingMs),
});

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

/**
 * `jira-ticket`: one issue in Jira Cloud that carries the attempt's name as a label. Jira has no idempotency key, so after an unknown
 * outcome the label is searched for: one hit is the ticket, no hit proves nothing. With `waitForResolution` the attempt ends all the
 * same once the ticket is there: who waits for it is the request, and no worker.
 */
export const createJiraTicketAction = ({ instances, send, now }: JiraTicketDependencies): ActionRunner => {
  const sites = new Map(
    [...instances].map(([name, instance]) => [name, { url: instance.url, jira: createJiraSite(instance, send, now) }]),
  );
  const siteOf = (name = DEFAULT_JIRA): Result<Site, Failure> => {
    const site = sites.get(name);
    return site ? ok(site) : err(noInstance(name));
  };
  return {
    type: 'jira-ticket',
    step: 'create',
    takesSecretIn: () => false,
    prepare: async (action) => {
      const config = parseConfig(jiraTicketConfig, action.config);
      if (!config.ok) return config;
      const site = siteOf(config.value.instance);
      if (!site.ok || config.value.waitForResolution !== true)
        return site.ok ? ok(effectOf(site.value, config.value)) : site;
      const awaiting = { instance: config.value.instance ?? DEFAULT_JIRA, fields: fieldsOf(action) };
      return ok(effectOf({ ...site.value, awaiting }, config.value));
    },
  };
};

import type { Failure } from '@pao/executor-sdk';
import type { CreateField, JiraFailure, JiraSite } from '@pao/jira';
import { err, ok, type Result, TransientError } from '@pao/kernel';
import { checkFields } from './check-fields.ts';
import type { JiraTicketConfig } from './config.ts';
import type { ReadCreateMeta } from './create-meta.ts';
import { customFieldIds, epicField, fieldWrong, listed } from './field-names.ts';
import { type AskedOfSite, issueFields } from './issue-fields.ts';

export interface SiteQuestions {
  readonly site: Pick<JiraSite, 'flavor' | 'findUsers'>;
  readonly readMeta: ReadCreateMeta;
}

const TIMEOUT_MS = 5_000;

/** What has to be known before the ticket can be made: later, when the site may say it then. */
const unanswered = ({ outcome }: JiraFailure, what: string, place: string): Failure => {
  if (outcome.kind === 'definite-failure') return fieldWrong(place, `${what} could not be learned: ${outcome.message}`);
  throw new TransientError(`${what} could not be learned from Jira (${outcome.code})`, {
    ...(outcome.kind === 'not-executed' &&
      outcome.retryAfterMs !== undefined && { retryAfterMs: outcome.retryAfterMs }),
  });
};

/** An e-mail address has one @, and a name that goes to Jira as it is has none. */
const assigneeOf = async ({ assignee }: JiraTicketConfig, site: SiteQuestions['site']) => {
  if (assignee?.includes('@') !== true) return ok(assignee);
  const place = 'ticket.assignee';
  const found = await site.findUsers(assignee, TIMEOUT_MS);
  if (!found.ok) return err(unanswered(found.error, 'who has this address', place));
  const active = found.value.filter((user) => user.active);
  const exact = active.filter(({ emailAddress }) => emailAddress?.toLowerCase() === assignee.toLowerCase());
  const [user, ...others] = exact.length > 0 ? exact : active;
  if (user === undefined) return err(fieldWrong(place, `Jira knows nobody who has the address ${assignee}.`));
  if (others.length > 0) return err(fieldWrong(place, `Jira knows several who may have the address ${assignee}.`));
  const name = site.flavor === 'cloud' ? user.accountId : user.name;
  return name === undefined ? err(fieldWrong(place, `Jira does not say who has the address ${assignee}.`)) : ok(name);
};

interface Epic {
  readonly config: JiraTicketConfig;
  readonly fields: readonly CreateField[] | undefined;
  readonly failure: JiraFailure | undefined;
}

const epicFieldOf = ({ config, fields, failure }: Epic, { flavor }: SiteQuestions['site']) => {
  if (config.epicKey === undefined || flavor === 'cloud') return ok(undefined);
  const place = 'ticket.epicKey';
  if (fields === undefined && failure !== undefined) return err(unanswered(failure, 'the field for epics', place));
  const found = epicField(fields ?? []);
  return found === undefined ? err(fieldWrong(place, 'a new issue of this type has no field for epics.')) : ok(found);
};

/**
 * Asks the site for what a ticket needs, and what it would refuse, before anything is created. A site that does not say what it wants
 * is no reason to wait: it says it of the ticket itself.
 */
export const askSite = async (
  config: JiraTicketConfig,
  { site, readMeta }: SiteQuestions,
): Promise<Result<AskedOfSite, Failure>> => {
  const meta = await readMeta(config.project, config.issueType);
  if (meta.ok && meta.value.kind === 'no-such-type' && meta.value.types.length > 0) {
    const types = listed(meta.value.types);
    const issue = `${config.project} has no issues of the type ${JSON.stringify(config.issueType)}; it has ${types}.`;
    return err(fieldWrong('ticket.issueType', issue));
  }
  const fields = meta.ok && meta.value.kind === 'fields' ? meta.value.fields : undefined;
  const customFields = customFieldIds(config.customFields ?? {}, fields);
  if (!customFields.ok) return customFields;
  const epic = epicFieldOf({ config, fields, failure: meta.ok ? undefined : meta.error }, site);
  if (!epic.ok) return epic;
  const assignee = await assigneeOf(config, site);
  if (!assignee.ok) return assignee;
  const asked = { customFields: customFields.value, assignee: assignee.value, epicField: epic.value };
  const issue = issueFields(config, asked, { flavor: site.flavor, name: 'checked' });
  const wrong = fields && checkFields(issue, fields);
  return wrong ? err(wrong) : ok(asked);
};

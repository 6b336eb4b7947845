import type { Action } from '@pao/documents';
import { isJsonObject, type Json, type JsonObject } from '@pao/kernel';

/** One action in words. */
export interface StepDescription {
  readonly id: string;
  readonly type: string;
  readonly name?: string;
  /** `Calls POST https://…`, a sentence without its full stop; templates stand as they are written. */
  readonly does: string;
  /** A JMESPath expression; the step is skipped when it is false. */
  readonly when?: string;
  /** What later steps may read, and where in the action's result it comes from. */
  readonly outputs: readonly { readonly name: string; readonly from: string }[];
  /** Seconds. */
  readonly timeout?: number;
  /** What undoes it. */
  readonly rollback?: string;
}

export const describeStep = (action: Action): StepDescription => ({
  id: action.id,
  type: action.type,
  ...(action.name === undefined ? {} : { name: action.name }),
  does: inWords(action),
  ...(action.when === undefined ? {} : { when: action.when }),
  outputs: Object.entries(action.outputs ?? {}).map(([name, from]) => ({ name, from })),
  ...(action.timeout === undefined ? {} : { timeout: action.timeout }),
  ...(action.rollback === undefined ? {} : { rollback: inWords(action.rollback) }),
});

type Words = (config: JsonObject) => string;

const inWords = ({ type, config, executor }: Pick<Action, 'type' | 'config' | 'executor'>): string =>
  WORDS[type]?.(config) ?? `Hands a ${type} task to the executors of the pool ${executor}`;

const member = (object: JsonObject, key: string): JsonObject => {
  const value = object[key];
  return isJsonObject(value) ? value : {};
};

const text = (value: Json | undefined): string =>
  value === undefined || value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);

const list = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);

/** The parts that say something, one after the other. */
const join = (...parts: readonly (string | false)[]): string => parts.filter((part) => part !== false).join('');

const jiraTicket: Words = (config) => {
  const ticket = member(config, 'ticket');
  return join(
    `Opens a Jira ticket (${text(ticket.issueType) || 'Task'}) in ${text(ticket.project)}: "${text(ticket.summaryTemplate)}"`,
    config.waitForResolution === true && ', and waits until it is resolved',
  );
};

const restApi: Words = (config) => {
  const endpoint = member(config, 'endpoint');
  const poll = member(config, 'poll');
  const authentication = text(member(config, 'authentication').type);
  return join(
    `Calls ${text(endpoint.method)} ${text(endpoint.url)}`,
    authentication !== '' && `, authenticated by ${authentication}`,
    poll.until !== undefined && `, then asks ${text(poll.url)} until ${text(poll.until)}`,
  );
};

const gitCommit: Words = (config) => {
  const files = list(config.files).map((file) => (isJsonObject(file) ? text(file.path) : ''));
  return join(
    `Commits ${files.join(', ')} to ${text(config.repository)} on branch ${text(config.branch)}`,
    config.createPullRequest === true && ', and opens a pull request',
  );
};

const githubWorkflow: Words = (config) =>
  join(
    `Runs the GitHub workflow ${text(config.workflowFile)} of ${text(config.repository)} at ${text(config.ref)}`,
    config.waitForCompletion === true && ', and waits until it is completed',
  );

const terraform: Words = (config) => {
  const { source, version } = member(config, 'module');
  const what =
    source === undefined
      ? 'Terraform files'
      : `the Terraform module ${text(source)}${version === undefined ? '' : ` ${text(version)}`}`;
  const mode = config.mode ?? (config.repository === undefined ? 'apply' : 'generate');
  if (mode === 'check') return `Checks ${what} against what there is`;
  if (mode === 'apply') {
    return join(`Applies ${what}`, config.approvePlan === true && ', after a person has approved the plan');
  }
  const where = config.repository === undefined ? '' : ` in ${text(config.repository)}`;
  return `Writes ${what}${where}`;
};

const webhook: Words = (config) =>
  join(
    `Sends a webhook to ${text(config.url)}`,
    config.secretRef !== undefined && ', signed',
    config.waitForCallback === true && ', and waits for the answer',
  );

const servicenow: Words = (config) =>
  join(
    `Files a ServiceNow request at ${text(config.instance)} for ${text(config.catalogItem ?? config.table)}`,
    config.waitForClosure === true && ', and waits until it is closed',
  );

const WORDS: { readonly [type: string]: Words | undefined } = {
  'jira-ticket': jiraTicket,
  'rest-api': restApi,
  'git-commit': gitCommit,
  'github-workflow': githubWorkflow,
  terraform,
  webhook,
  'servicenow-request': servicenow,
};

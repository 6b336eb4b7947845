import { isJsonObject, type Json, type JsonObject } from '@pao/kernel';
import type { Action } from '../document.ts';

type Described = Pick<Action, 'type' | 'config' | 'executor'>;
type Words = (config: JsonObject) => string;

/**
 * What an action does, a sentence without its full stop. The configuration may be as it is written, with its templates, or as it
 * was rendered and covered: nothing in it is left out for being secret. The text is one line.
 */
export const actionInWords = ({ type, config, executor }: Described): string =>
  (Object.hasOwn(WORDS, type) ? WORDS[type]?.(config) : undefined) ??
  `Hands a ${type} task to the executors of the pool ${executor}`;

/** Whether it can be told without asking the executor's announcement. */
export const isBuiltIn = (type: string): boolean => Object.hasOwn(WORDS, type);

const MAX_VALUE = 300;

/** A value within a sentence: one line of so many characters. */
export const inLine = (value: Json | undefined, most = MAX_VALUE): string => {
  if (value === undefined || value === null) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  const line = text.replaceAll(/[\s\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  const letters = Array.from(line.slice(0, 2 * most + 2));
  return letters.length > most ? `${letters.slice(0, most).join('')}…` : letters.join('');
};

const member = (object: JsonObject, key: string): JsonObject => {
  const value = object[key];
  return isJsonObject(value) ? value : {};
};

const list = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);

/** The parts that say something, one after the other. */
const join = (...parts: readonly (string | false)[]): string => parts.filter((part) => part !== false).join('');

const jiraTicket: Words = (config) => {
  const ticket = member(config, 'ticket');
  const waits = config.waitForResolution === true || ticket.waitForResolution === true;
  return join(
    `Opens a Jira ticket (${inLine(ticket.issueType) || 'Task'}) in ${inLine(ticket.project)}: "${inLine(ticket.summaryTemplate)}"`,
    waits && ', and waits until it is resolved',
  );
};

const restApi: Words = (config) => {
  const endpoint = member(config, 'endpoint');
  const poll = member(config, 'poll');
  const authentication = inLine(member(config, 'authentication').type);
  return join(
    `Calls ${inLine(endpoint.method)} ${inLine(endpoint.url)}`,
    authentication !== '' && `, authenticated by ${authentication}`,
    poll.until !== undefined && `, then asks ${inLine(poll.url)} until ${inLine(poll.until)}`,
  );
};

const MAX_NAMED = 3;

const filesOf = (config: JsonObject): string => {
  const files = list(config.files);
  if (files.length > MAX_NAMED) return `${files.length} files`;
  return files.map((file) => (isJsonObject(file) ? inLine(file.path) : '')).join(', ');
};

const gitCommit: Words = (config) =>
  join(
    `Commits ${filesOf(config)} to ${inLine(config.repository)} on branch ${inLine(config.branch)}`,
    config.createPullRequest === true && ', and opens a pull request',
    config.createPullRequest === true && config.mergeStrategy !== undefined && ' that it merges',
  );

const githubWorkflow: Words = (config) =>
  join(
    `Runs the GitHub workflow ${inLine(config.workflowFile)} of ${inLine(config.repository)} at ${inLine(config.ref)}`,
    config.waitForCompletion === true && ', and waits until it is completed',
  );

export const terraformMode = (config: JsonObject): Json =>
  config.mode ?? (config.repository === undefined ? 'apply' : 'generate');

const terraform: Words = (config) => {
  const { source, version } = member(config, 'module');
  const what =
    source === undefined
      ? 'Terraform files'
      : `the Terraform module ${inLine(source)}${version === undefined ? '' : ` ${inLine(version)}`}`;
  const workspace = config.workspace === undefined ? '' : ` in the workspace ${inLine(config.workspace)}`;
  const mode = terraformMode(config);
  if (mode === 'check') return `Checks ${what}${workspace} against what there is`;
  if (mode === 'apply')
    return join(`Applies ${what}${workspace}`, config.approvePlan === true && ', after a person has approved the plan');
  const where = config.repository === undefined ? '' : ` in ${inLine(config.repository)}`;
  return join(`Writes ${what}${where}`, config.createPullRequest === true && ', and opens a pull request');
};

/** Paths of webhooks may be what lets one in. */
const originOf = (url: string): string => {
  const [scheme, rest] = url.split('://', 2);
  if (rest === undefined) return url;
  const [authority = ''] = rest.split(/[/?#]/, 1);
  return `${scheme}://${authority.slice(authority.lastIndexOf('@') + 1)}`;
};

const webhook: Words = (config) =>
  join(
    `Sends a webhook to ${originOf(inLine(config.url))}`,
    config.secretRef !== undefined && ', signed',
    config.waitForCallback === true && ', and waits for the answer',
  );

const servicenow: Words = (config) =>
  join(
    config.catalogItem === undefined
      ? `Creates a record of ${inLine(config.table)} in ServiceNow (${inLine(config.instance)})`
      : `Orders ${inLine(config.catalogItem)} in ServiceNow (${inLine(config.instance)})`,
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

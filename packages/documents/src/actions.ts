import { isJsonObject, type JsonObject } from '@pao/kernel';
import type { Action, CatalogItem, Mode } from './document.ts';
import { standardExpression } from './expressions.ts';

/** What the type alone promises; `open` when further names are known only at run time. */
interface Offer {
  readonly names: readonly string[];
  readonly open: boolean;
}

const OFFERS: { readonly [type: string]: Offer | undefined } = {
  'jira-ticket': { names: ['key', 'url', 'id'], open: false },
  'rest-api': { names: ['status'], open: false },
  'git-commit': { names: ['commitSha', 'url', 'pullRequestNumber', 'pullRequestUrl'], open: false },
  'github-workflow': { names: ['runId', 'runUrl', 'conclusion', 'artifacts'], open: false },
  terraform: { names: ['plan'], open: true },
  webhook: { names: ['status'], open: false },
  'servicenow-request': { names: ['number', 'sysId', 'url'], open: false },
};

/** Of a document that picks nothing: a whole answer may be large, or hold what nobody needs. */
const OFFERED_UNPICKED: { readonly [type: string]: readonly string[] | undefined } = {
  'rest-api': ['headers', 'body'],
};

/** Manual and automatic never mix: the one that the item's strategy names. */
export const modeOf = (item: CatalogItem): Mode => item.fulfillment.strategy.mode;

/** The actions that run for a request, in order: those of the effective mode. */
export const actionsOf = (item: CatalogItem, mode: Mode = modeOf(item)): readonly Action[] =>
  (mode === 'automatic' ? item.fulfillment.automatic?.actions : item.fulfillment.manual.actions) ?? [];

/**
 * The names under `.output` that an action fills: those it declares and those its type offers. `open` means that the
 * action may fill others as well (a Terraform output, another team's executor).
 */
export const outputNames = ({ type, outputs = {} }: Pick<Action, 'type' | 'outputs'>): Offer => {
  const declared = Object.keys(outputs);
  const offer = OFFERS[type] ?? { names: [], open: declared.length === 0 };
  const unpicked = declared.length === 0 ? (OFFERED_UNPICKED[type] ?? []) : [];
  return { names: [...new Set([...declared, ...offer.names, ...unpicked])], open: offer.open };
};

type RawAction = Omit<Action, 'id' | 'executor' | 'idempotent'> &
  Partial<Pick<Action, 'id' | 'executor' | 'idempotent'>>;

/** Actions as they are written, with what the format fills in: canonical type, id, pool, and one place for ticket keys. */
export const completeActions = (actions: readonly RawAction[]): readonly Action[] => {
  const counts = new Map<string, number>();
  return actions.map((action) => {
    const type = canonicalType(action.type);
    const count = (counts.get(type) ?? 0) + 1;
    counts.set(type, count);
    return completeAction(action, `${type}-${count}`);
  });
};

const canonicalType = (type: string): string => (type === 'github-commit' ? 'git-commit' : type);

const completeAction = (action: RawAction, defaultId: string): Action => {
  const { rollback, ...rest } = action;
  const type = canonicalType(action.type);
  return {
    ...rest,
    type,
    id: action.id ?? defaultId,
    config: completeConfig(type, action.config),
    ...(action.outputs === undefined ? {} : { outputs: standardOutputs(action.outputs) }),
    executor: action.executor ?? 'default',
    idempotent: action.idempotent ?? false,
    ...(rollback === undefined ? {} : { rollback: completeAction(rollback, `${action.id ?? defaultId}-rollback`) }),
  };
};

const standardOutputs = (outputs: NonNullable<Action['outputs']>): NonNullable<Action['outputs']> =>
  Object.fromEntries(Object.entries(outputs).map(([name, expression]) => [name, standardExpression(expression)]));

const completeConfig = (type: string, config: JsonObject): JsonObject => {
  if (type === 'jira-ticket') return liftTicketKeys(config);
  const { poll } = config;
  if (!isJsonObject(poll) || typeof poll.until !== 'string') return config;
  const { until, failWhen } = poll;
  const failed = typeof failWhen === 'string' ? { failWhen: standardExpression(failWhen) } : {};
  return { ...config, poll: { ...poll, until: standardExpression(until), ...failed } };
};

const TICKET_OWN_KEYS = new Set(['project', 'summaryTemplate', 'issueType']);

/** Documents write the optional keys inside `ticket` or beside it; executors find them beside it. */
const liftTicketKeys = (config: JsonObject): JsonObject => {
  const ticket = config.ticket as JsonObject;
  const own = Object.entries(ticket).filter(([key]) => TICKET_OWN_KEYS.has(key));
  const lifted = Object.entries(ticket).filter(([key]) => !TICKET_OWN_KEYS.has(key));
  return { ...Object.fromEntries(lifted), ...config, ticket: { issueType: 'Task', ...Object.fromEntries(own) } };
};

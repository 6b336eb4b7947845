import { isJsonObject, type JsonObject } from '@pao/kernel';
import type { Action } from '../document.ts';
import { terraformMode } from './action-in-words.ts';

/** `key`: the target knows the attempt's name; `probe`: it can be looked for; `natural`: twice is the same as once. */
export type Idempotency = 'none' | 'key' | 'probe' | 'natural';

/** What a task that is parked waits for. */
export type Wait = 'ticket' | 'check' | 'callback' | 'approval';

export interface ActionPromises {
  /** How the effect is kept from happening twice when nobody saw how it ended. */
  readonly idempotency: Idempotency;
  /** What the task waits for once its effect has happened; null when that is nothing. */
  readonly waits: Wait | null;
}

type Promised = Pick<Action, 'type' | 'config' | 'idempotent'>;

/** What one of the built-in types promises with a configuration; undefined for the types of other executors. */
export const actionPromises = ({ type, config, idempotent }: Promised): ActionPromises | undefined => {
  const promised = Object.hasOwn(PROMISES, type) ? PROMISES[type]?.(config) : undefined;
  return promised && { ...promised, idempotency: asDeclared(promised.idempotency, idempotent) };
};

/** A document that declares an action idempotent says that its target knows the name, or does not mind. */
export const asDeclared = (idempotency: Idempotency, idempotent: boolean): Idempotency =>
  idempotency === 'none' && idempotent ? 'key' : idempotency;

const SAFE_METHODS: ReadonlySet<unknown> = new Set(['GET', 'HEAD', 'OPTIONS']);

const methodOf = ({ endpoint }: JsonObject): unknown => (isJsonObject(endpoint) ? endpoint.method : undefined);

const waitsForTicket = ({ waitForResolution, ticket }: JsonObject): boolean =>
  waitForResolution === true || (isJsonObject(ticket) && ticket.waitForResolution === true);

const merges = ({ createPullRequest, mergeStrategy }: JsonObject): boolean =>
  createPullRequest === true && mergeStrategy !== undefined;

const PROMISES: { readonly [type: string]: ((config: JsonObject) => ActionPromises) | undefined } = {
  'jira-ticket': (config) => ({ idempotency: 'probe', waits: waitsForTicket(config) ? 'ticket' : null }),
  'rest-api': (config) => ({
    // Its Idempotency-Key helps where the target reads it, which only the document knows.
    idempotency: SAFE_METHODS.has(methodOf(config)) ? 'natural' : 'none',
    waits: config.poll === undefined ? null : 'check',
  }),
  'git-commit': (config) => ({ idempotency: 'natural', waits: merges(config) ? 'check' : null }),
  'github-workflow': ({ waitForCompletion }) => ({
    idempotency: 'probe',
    waits: waitForCompletion === true ? 'check' : null,
  }),
  terraform: (config) => {
    const mode = terraformMode(config);
    if (mode !== 'apply') return { idempotency: 'natural', waits: null };
    return { idempotency: 'probe', waits: config.approvePlan === true ? 'approval' : null };
  },
  webhook: ({ deliver, waitForCallback }) => ({
    idempotency: deliver === 'at-least-once' ? 'key' : 'none',
    waits: waitForCallback === true ? 'callback' : null,
  }),
  'servicenow-request': ({ table, correlationVariable, waitForClosure }) => ({
    idempotency: table === undefined && correlationVariable === undefined ? 'none' : 'probe',
    waits: waitForClosure === true ? 'check' : null,
  }),
};

import { DEFAULT_RESEND, type Effect, type Failure, type Probe, type Success, type Verdict } from '@pao/executor-sdk';
import { ok, type Result } from '@pao/kernel';
import { evidenceOfExchange, type ServiceNowFailure, type ServiceNowRecord, type ServiceNowSite } from '@pao/outgoing';
import { toVerdict } from '../to-verdict.ts';
import type { ServiceNowConfig } from './config.ts';
import type { Variables } from './variables.ts';

/** Orders are records of this table. */
const ORDERS = 'sc_request';

const SYS_ID = /^[0-9a-f]{32}$/;

export const tableOf = ({ table = ORDERS }: ServiceNowConfig): string => table;

export interface EffectParts {
  readonly site: ServiceNowSite;
  readonly config: ServiceNowConfig;
  readonly variables: Variables;
  /** What a success goes on with. */
  readonly onSuccess: (success: Success, record: ServiceNowRecord) => Success;
}

const failed = ({ outcome, exchange }: ServiceNowFailure): Exclude<Verdict, Success> =>
  toVerdict(outcome, evidenceOfExchange(exchange));

const success = ({ site, config, onSuccess }: EffectParts, record: ServiceNowRecord): Success => {
  const { sysId, number } = record;
  const result = { number, sysId, url: site.urlOf({ table: tableOf(config), sysId }) };
  const created: Success = { kind: 'ok', result, offered: result, evidence: result, externalRef: number ?? sysId };
  return onSuccess(created, record);
};

const noItem = (name: string, found: number): Exclude<Verdict, Success> => {
  const told = found === 0 ? 'There is no active catalog item' : `There are ${found} active catalog items`;
  const message = `${told} ${JSON.stringify(name)}. Put the sys_id of the one that is meant into the document.`;
  return { kind: 'definite-failure', failure: { code: 'SERVICENOW_ITEM_UNKNOWN', message } };
};

/** The sys_id of the item; nothing has been ordered when it fails. */
const itemOf = async (
  site: ServiceNowSite,
  item: string,
  remainingMs: number,
): Promise<Result<string, Exclude<Verdict, Success>>> => {
  if (SYS_ID.test(item)) return ok(item);
  const found = await site.findItem(item, remainingMs);
  if (found.ok) {
    const [first, ...more] = found.value;
    return first !== undefined && more.length === 0
      ? ok(first)
      : { ok: false, error: noItem(item, found.value.length) };
  }
  const { failure, kind } = failed(found.error);
  const message = `The catalog item could not be looked up, so nothing was ordered. ${found.error.outcome.message}`;
  return { ok: false, error: { kind: kind === 'unknown' ? 'not-executed' : kind, failure: { ...failure, message } } };
};

const create = async (parts: EffectParts, name: string, remainingMs: number): Promise<Verdict> => {
  const { site, config, variables } = parts;
  const deadline = performance.now() + remainingMs;
  if (config.catalogItem === undefined) {
    const record = await site.createRecord(tableOf(config), variables(name), remainingMs);
    return record.ok ? success(parts, record.value) : failed(record.error);
  }
  const item = await itemOf(site, config.catalogItem, remainingMs);
  if (!item.ok) return item.error;
  const left = Math.floor(deadline - performance.now());
  const ordered = await site.orderItem({ item: item.value, variables: variables(name) }, left);
  return ordered.ok ? success(parts, ordered.value) : failed(ordered.error);
};

const search = ({ site, config }: EffectParts, name: string, remainingMs: number) => {
  const { table, correlationVariable: variable } = config;
  if (table !== undefined) return site.findByCorrelation(table, name, remainingMs);
  return variable === undefined ? undefined : site.findOrders({ variable, value: name }, remainingMs);
};

/** One hit is what was made; none proves nothing, since the account may not see all and rules may have changed the field. */
const probe = async (parts: EffectParts, name: string, remainingMs: number): Promise<Probe> => {
  const found = await search(parts, name, remainingMs);
  if (found === undefined) return { kind: 'impossible' };
  if (!found.ok)
    return { kind: 'inconclusive', note: `The search failed: ${found.error.outcome.message}`, again: true };
  const [first, ...more] = found.value;
  if (first === undefined)
    return { kind: 'inconclusive', note: `Nothing that carries ${name} was found.`, again: true };
  if (more.length === 0) return { kind: 'found', success: success(parts, first) };
  const numbers = found.value.map(({ number, sysId }) => number ?? sysId).join(', ');
  return { kind: 'inconclusive', note: `Several records carry ${name}: ${numbers}.`, again: false };
};

export const createServiceNowEffect = (parts: EffectParts): Effect => {
  const { site, config } = parts;
  const path = config.table === undefined ? 'api/sn_sc/servicecatalog/items' : `api/now/table/${config.table}`;
  return {
    target: `POST ${site.url}/${path}`,
    resend: DEFAULT_RESEND,
    run: ({ name, remainingMs }) => create(parts, name, remainingMs),
    probe: ({ name, remainingMs }) => probe(parts, name, remainingMs),
  };
};

export const instanceUnknown = (name: string, known: readonly string[]): Failure =>
  known.length === 0
    ? {
        code: 'SERVICENOW_NOT_CONFIGURED',
        message: 'This executor knows no ServiceNow. Set PAO_SERVICENOW_INSTANCES where it runs.',
      }
    : {
        code: 'SERVICENOW_INSTANCE_UNKNOWN',
        message: `This executor knows no ServiceNow instance ${JSON.stringify(name)}, only ${known.join(', ')}.`,
      };

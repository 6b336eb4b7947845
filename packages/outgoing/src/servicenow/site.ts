import { type Clock, type JsonObject, ok } from '@pao/kernel';
import type { SendHttp } from '../send-http.ts';
import { createServiceNowCaller, type ServiceNowAnswer, type ServiceNowInstance } from './client.ts';
import {
  anyShape,
  commentsShape,
  createdShape,
  fieldsShape,
  orderShape,
  readingShape,
  rowsShape,
  type ServiceNowComment,
  type ServiceNowReading,
  type ServiceNowRecord,
} from './shapes.ts';

export interface RecordPlace {
  readonly table: string;
  readonly sysId: string;
}

export interface CatalogOrder {
  readonly item: string;
  readonly variables: JsonObject;
}

/** A variable of a catalog item that was ordered, and the value that is looked for. */
export interface OrderedVariable {
  readonly variable: string;
  readonly value: string;
}

export interface ChangedRecords {
  /** How their `correlation_id` begins. */
  readonly correlationPrefix: string;
  readonly minutes: number;
}

/** Calls of ServiceNow's Table API and Service Catalog API. None repeats anything. */
export interface ServiceNowSite {
  readonly url: string;
  createRecord(table: string, fields: JsonObject, timeoutMs: number): ServiceNowAnswer<ServiceNowRecord>;
  /** The records with this `correlation_id`. */
  findByCorrelation(table: string, id: string, timeoutMs: number): ServiceNowAnswer<readonly ServiceNowRecord[]>;
  readRecord(place: RecordPlace, timeoutMs: number): ServiceNowAnswer<ServiceNowReading>;
  /** What people see of these fields; one that the table lacks, or that is empty, is left out. */
  readFields(place: RecordPlace, fields: readonly string[], timeoutMs: number): ServiceNowAnswer<JsonObject>;
  /** At most fifty records that changed in the last minutes, the latest first. */
  findChanged(table: string, search: ChangedRecords, timeoutMs: number): ServiceNowAnswer<readonly ServiceNowRecord[]>;
  /** Ids of active groups of this name, of which there should be one. */
  findGroup(name: string, timeoutMs: number): ServiceNowAnswer<readonly string[]>;
  updateRecord(place: RecordPlace, fields: JsonObject, timeoutMs: number): ServiceNowAnswer<unknown>;
  /** A comment that whoever asked for the record sees, too. */
  addComment(place: RecordPlace, text: string, timeoutMs: number): ServiceNowAnswer<unknown>;
  /** The newest first, at most fifty, work notes included. */
  readComments(place: RecordPlace, timeoutMs: number): ServiceNowAnswer<readonly ServiceNowComment[]>;
  /** Orders one of a catalog item. @returns the request, a record of `sc_request` */
  orderItem(order: CatalogOrder, timeoutMs: number): ServiceNowAnswer<ServiceNowRecord>;
  /** The requests of which an item was ordered with this value. */
  findOrders(ordered: OrderedVariable, timeoutMs: number): ServiceNowAnswer<readonly ServiceNowRecord[]>;
  /** Where people see a record. */
  urlOf(place: RecordPlace): string;
}

const READ_FIELDS =
  'sys_id,number,state,request_state,active,close_code,close_notes,assigned_to,short_description,sys_updated_on';

const WHAT_CREATED = { sysparm_fields: 'sys_id,number', sysparm_exclude_reference_link: 'true' };

const PAGE = 50;

/** In an encoded query `^` joins conditions; nothing we look for holds one. */
const sought = (text: string): string => {
  if (/^[\w.-]{1,200}$/.test(text)) return text;
  throw new Error('what is looked for in ServiceNow has characters of a query');
};

/** A name that people gave. What would join conditions finds nothing rather than more. */
const named = (text: string): string => text.replaceAll('^', ' ').slice(0, 200);

/** A ServiceNow instance by its REST APIs (`/api/now/table`, `/api/sn_sc/servicecatalog`). */
export const createServiceNowSite = (instance: ServiceNowInstance, send: SendHttp, now: Clock): ServiceNowSite => {
  const call = createServiceNowCaller(instance, send, now);

  const list = (table: string, query: string, fields: readonly string[], timeoutMs: number) => ({
    method: 'GET' as const,
    path: ['now', 'table', table],
    query: {
      sysparm_query: query,
      sysparm_fields: fields.join(','),
      sysparm_limit: String(PAGE),
      sysparm_exclude_reference_link: 'true',
    },
    timeoutMs,
  });

  const patch: ServiceNowSite['updateRecord'] = ({ table, sysId }, body, timeoutMs) =>
    call(anyShape, { method: 'PATCH', path: ['now', 'table', table, sysId], query: WHAT_CREATED, body, timeoutMs });

  return {
    url: instance.url,
    createRecord: (table, body, timeoutMs) =>
      call(createdShape, { method: 'POST', path: ['now', 'table', table], query: WHAT_CREATED, body, timeoutMs }),
    findByCorrelation: async (table, id, timeoutMs) => {
      const fields = ['sys_id', 'number', 'correlation_id'];
      const found = await call(rowsShape, list(table, `correlation_id=${sought(id)}`, fields, timeoutMs));
      if (!found.ok) return found;
      // A condition on a field that the table lacks is left out by ServiceNow: then every record is a hit.
      const hits = found.value.filter(({ correlation_id, sys_id }) => correlation_id === id && sys_id);
      return ok(hits.map(({ sys_id = '', number }) => ({ sysId: sys_id, number: number || null })));
    },
    readRecord: ({ table, sysId }, timeoutMs) =>
      call(readingShape, {
        method: 'GET',
        path: ['now', 'table', table, sysId],
        query: {
          sysparm_fields: READ_FIELDS,
          sysparm_display_value: 'all',
          sysparm_exclude_reference_link: 'true',
        },
        timeoutMs,
      }),
    readFields: async ({ table, sysId }, names, timeoutMs) => {
      const fields = names.filter((name) => /^\w{1,80}$/.test(name));
      if (fields.length === 0) return ok({});
      return call(fieldsShape, {
        method: 'GET',
        path: ['now', 'table', table, sysId],
        query: {
          sysparm_fields: fields.join(','),
          sysparm_display_value: 'true',
          sysparm_exclude_reference_link: 'true',
        },
        timeoutMs,
      });
    },
    findChanged: async (table, { correlationPrefix, minutes }, timeoutMs) => {
      const ours = `correlation_idSTARTSWITH${sought(correlationPrefix)}`;
      const query = `${ours}^sys_updated_onRELATIVEGT@minute@ago@${minutes}^ORDERBYDESCsys_updated_on`;
      const found = await call(rowsShape, list(table, query, ['sys_id', 'number', 'correlation_id'], timeoutMs));
      if (!found.ok) return found;
      const hits = found.value.filter(({ correlation_id }) => correlation_id?.startsWith(correlationPrefix) === true);
      return ok(hits.map(({ sys_id = '', number }) => ({ sysId: sys_id, number: number || null })));
    },
    findGroup: async (name, timeoutMs) => {
      const query = `name=${named(name)}^active=true`;
      const found = await call(rowsShape, list('sys_user_group', query, ['sys_id', 'name'], timeoutMs));
      return found.ok ? ok(found.value.flatMap((row) => (row['name'] === name ? (row['sys_id'] ?? []) : []))) : found;
    },
    updateRecord: patch,
    addComment: (place, text, timeoutMs) => patch(place, { comments: text }, timeoutMs),
    readComments: ({ sysId }, timeoutMs) => {
      const query = `element_id=${sought(sysId)}^elementINcomments,work_notes^ORDERBYDESCsys_created_on`;
      const fields = ['sys_id', 'value', 'sys_created_by', 'sys_created_on'];
      return call(commentsShape, list('sys_journal_field', query, fields, timeoutMs));
    },
    orderItem: ({ item, variables }, timeoutMs) =>
      call(orderShape, {
        method: 'POST',
        path: ['sn_sc', 'servicecatalog', 'items', item, 'order_now'],
        body: { sysparm_quantity: '1', variables },
        timeoutMs,
      }),
    findOrders: async ({ variable, value }, timeoutMs) => {
      const ordered = 'sc_item_option.item_option_new.name';
      const query = `${ordered}=${sought(variable)}^sc_item_option.value=${sought(value)}`;
      const request = 'request_item.request';
      const fields = [`${request}.sys_id`, `${request}.number`, 'sc_item_option.value', ordered];
      const found = await call(rowsShape, list('sc_item_option_mtom', query, fields, timeoutMs));
      if (!found.ok) return found;
      const hits = found.value.filter((row) => row['sc_item_option.value'] === value && row[ordered] === variable);
      const requests = new Map(
        hits.flatMap((row) => {
          const sysId = row[`${request}.sys_id`];
          return sysId ? [[sysId, { sysId, number: row[`${request}.number`] || null }] as const] : [];
        }),
      );
      return ok([...requests.values()]);
    },
    urlOf: ({ table, sysId }) => `${instance.url}/nav_to.do?uri=${encodeURIComponent(`${table}.do?sys_id=${sysId}`)}`,
  };
};

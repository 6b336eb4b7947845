import { type Clock, type JsonObject, ok } from '@pao/kernel';
import type { SendHttp } from '../send-http.ts';
import { createServiceNowCaller, type ServiceNowAnswer, type ServiceNowInstance } from './client.ts';
import { createSearches } from './searches.ts';
import {
  anyShape,
  createdShape,
  fieldsShape,
  orderShape,
  readingShape,
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
  /** Ids of active catalog items of this name, of which there should be one. */
  findItem(name: string, timeoutMs: number): ServiceNowAnswer<readonly string[]>;
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

/** A ServiceNow instance by its REST APIs (`/api/now/table`, `/api/sn_sc/servicecatalog`). */
export const createServiceNowSite = (instance: ServiceNowInstance, send: SendHttp, now: Clock): ServiceNowSite => {
  const call = createServiceNowCaller(instance, send, now);

  const patch: ServiceNowSite['updateRecord'] = ({ table, sysId }, body, timeoutMs) =>
    call(anyShape, { method: 'PATCH', path: ['now', 'table', table, sysId], query: WHAT_CREATED, body, timeoutMs });

  return {
    url: instance.url,
    ...createSearches(call),
    createRecord: (table, body, timeoutMs) =>
      call(createdShape, { method: 'POST', path: ['now', 'table', table], query: WHAT_CREATED, body, timeoutMs }),
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
    updateRecord: patch,
    addComment: (place, text, timeoutMs) => patch(place, { comments: text }, timeoutMs),
    orderItem: ({ item, variables }, timeoutMs) =>
      call(orderShape, {
        method: 'POST',
        path: ['sn_sc', 'servicecatalog', 'items', item, 'order_now'],
        body: { sysparm_quantity: '1', variables },
        timeoutMs,
      }),
    urlOf: ({ table, sysId }) => `${instance.url}/nav_to.do?uri=${encodeURIComponent(`${table}.do?sys_id=${sysId}`)}`,
  };
};

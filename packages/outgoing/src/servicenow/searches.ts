import { ok } from '@pao/kernel';
import type { CallServiceNow, ServiceNowAnswer } from './client.ts';
import { commentsShape, rowsShape } from './shapes.ts';
import type { ServiceNowSite } from './site.ts';

const PAGE = 50;

/** In an encoded query `^` joins conditions; nothing we look for holds one. */
const sought = (text: string): string => {
  if (/^[\w.-]{1,200}$/.test(text)) return text;
  throw new Error('what is looked for in ServiceNow has characters of a query');
};

/** A name that people gave. What would join conditions finds nothing rather than more. */
const named = (text: string): string => text.replaceAll('^', ' ').slice(0, 200);

type Searches = Pick<
  ServiceNowSite,
  'findByCorrelation' | 'findChanged' | 'findGroup' | 'findItem' | 'findOrders' | 'readComments'
>;

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

/** What is looked for in tables, by encoded queries. */
export const createSearches = (call: CallServiceNow): Searches => {
  const findActive = async (table: string, name: string, timeoutMs: number): ServiceNowAnswer<readonly string[]> => {
    const query = `name=${named(name)}^active=true`;
    const found = await call(rowsShape, list(table, query, ['sys_id', 'name'], timeoutMs));
    return found.ok ? ok(found.value.flatMap((row) => (row['name'] === name ? (row['sys_id'] ?? []) : []))) : found;
  };

  return {
    findByCorrelation: async (table, id, timeoutMs) => {
      const fields = ['sys_id', 'number', 'correlation_id'];
      const found = await call(rowsShape, list(table, `correlation_id=${sought(id)}`, fields, timeoutMs));
      if (!found.ok) return found;
      // A condition on a field that the table lacks is left out by ServiceNow: then every record is a hit.
      const hits = found.value.filter(({ correlation_id, sys_id }) => correlation_id === id && sys_id);
      return ok(hits.map(({ sys_id = '', number }) => ({ sysId: sys_id, number: number || null })));
    },
    findChanged: async (table, { correlationPrefix, minutes }, timeoutMs) => {
      const ours = `correlation_idSTARTSWITH${sought(correlationPrefix)}`;
      const query = `${ours}^sys_updated_onRELATIVEGT@minute@ago@${minutes}^ORDERBYDESCsys_updated_on`;
      const found = await call(rowsShape, list(table, query, ['sys_id', 'number', 'correlation_id'], timeoutMs));
      if (!found.ok) return found;
      const hits = found.value.filter(({ correlation_id }) => correlation_id?.startsWith(correlationPrefix) === true);
      return ok(hits.map(({ sys_id = '', number }) => ({ sysId: sys_id, number: number || null })));
    },
    findGroup: (name, timeoutMs) => findActive('sys_user_group', name, timeoutMs),
    findItem: (name, timeoutMs) => findActive('sc_cat_item', name, timeoutMs),
    readComments: ({ sysId }, timeoutMs) => {
      const query = `element_id=${sought(sysId)}^elementINcomments,work_notes^ORDERBYDESCsys_created_on`;
      const fields = ['sys_id', 'value', 'sys_created_by', 'sys_created_on'];
      return call(commentsShape, list('sys_journal_field', query, fields, timeoutMs));
    },
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
  };
};

import { isJsonObject, type Json, type JsonObject } from '@pao/kernel';
import { type FakeCall, type FakeServer, type Reply, startFakeServer } from '../server.ts';
import { type FakeRecord, query, render, stamp } from './record.ts';

export interface FakeServiceNow extends FakeServer {
  /** All records of all tables, in the order of their creation; a change replaces one in its place. */
  readonly records: readonly FakeRecord[];
  /** Those of one table. */
  of(table: string): readonly FakeRecord[];
  /** Changes fields as a person does; the record is named by number or sys_id. */
  edit(record: string, fields: Readonly<Record<string, string>>): void;
  /** Closes a record as a person does; `state` 3 is Closed Complete. */
  closeRecord(record: string, fields?: Readonly<Record<string, string>>): void;
  /** Leaves a comment as a person does. */
  comment(record: string, text: string, author?: string): void;
  /** A record that is there from the start, such as a group or a catalog item. @returns its sys_id */
  add(table: string, fields: Readonly<Record<string, string>>): string;
  remove(record: string): void;
}

export interface FakeServiceNowOptions {
  /** Who may call; everybody when absent. */
  readonly authorization?: string;
  /** Tables without the fields of `task`: no number, no state, no correlation_id. */
  readonly plainTables?: readonly string[];
  readonly now?: () => Date;
}

interface Instance {
  readonly records: FakeRecord[];
  readonly options: FakeServiceNowOptions;
  made: number;
}

const PREFIXES: Readonly<Record<string, string>> = {
  incident: 'INC',
  problem: 'PRB',
  change_request: 'CHG',
  sc_request: 'REQ',
  sc_req_item: 'RITM',
  sc_task: 'SCTASK',
};
/** Tables that hold no work. */
const NOT_TASKS = new Set(['sys_user_group', 'sys_journal_field', 'sc_cat_item', 'sc_item_option_mtom']);

const isPlain = ({ options }: Instance, table: string): boolean =>
  NOT_TASKS.has(table) || options.plainTables?.includes(table) === true;

const nowOf = ({ options }: Instance): Date => options.now?.() ?? new Date();

const failure = (status: number, message: string): Reply => ({
  status,
  body: { error: { message, detail: '' }, status: 'failure' },
});

const NO_RECORD = failure(404, 'No Record found');

const texts = (fields: JsonObject): Record<string, string> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === 'object' ? JSON.stringify(value) : String(value),
    ]),
  );

const insert = (instance: Instance, table: string, given: Readonly<Record<string, string>>): FakeRecord => {
  instance.made += 1;
  const at = stamp(nowOf(instance));
  const { correlation_id: correlation = '', ...rest } = given;
  const number = `${PREFIXES[table] ?? 'TASK'}${String(10_000 + instance.made).padStart(7, '0')}`;
  const task = { number, state: '1', active: 'true', close_code: '', close_notes: '', correlation_id: correlation };
  const fields = {
    ...(isPlain(instance, table) ? {} : task),
    ...rest,
    sys_id: instance.made.toString(16).padStart(32, 'a'),
    sys_created_on: at,
    sys_updated_on: at,
  };
  const record = { table, fields };
  instance.records.push(record);
  return record;
};

const find = ({ records }: Instance, name: string): FakeRecord | undefined =>
  records.find(({ fields }) => fields['sys_id'] === name || fields['number'] === name);

const journal = (instance: Instance, name: string, entry: Readonly<Record<string, string>>): void => {
  const element_id = find(instance, name)?.fields['sys_id'] ?? '';
  insert(instance, 'sys_journal_field', { element_id, ...entry });
};

const change = (instance: Instance, name: string, given: Readonly<Record<string, string>>, author: string): void => {
  const record = find(instance, name);
  if (record === undefined) return;
  const { comments, work_notes, ...fields } = given;
  const updated = { ...record.fields, ...fields, sys_updated_on: stamp(nowOf(instance)) };
  instance.records[instance.records.indexOf(record)] = { ...record, fields: updated };
  for (const [element, value] of Object.entries({ comments, work_notes }))
    if (value !== undefined) journal(instance, name, { element, value, sys_created_by: author });
};

const objectIn = (text: string): JsonObject | undefined => {
  try {
    const value = JSON.parse(text) as Json;
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

const order = (instance: Instance, item: string, { text }: FakeCall): Reply => {
  const known = instance.records.find(({ table, fields }) => table === 'sc_cat_item' && fields['sys_id'] === item);
  const variables = objectIn(text)?.['variables'] ?? {};
  if (known === undefined || !isJsonObject(variables)) return failure(400, 'Invalid catalog item');
  const { fields } = insert(instance, 'sc_request', {});
  const { sys_id = '', number = '' } = fields;
  insert(instance, 'sc_req_item', { request: sys_id, cat_item: item });
  for (const [name, value] of Object.entries(texts(variables))) {
    insert(instance, 'sc_item_option_mtom', {
      'sc_item_option.item_option_new.name': name,
      'sc_item_option.value': value,
      'request_item.request.sys_id': sys_id,
      'request_item.request.number': number,
    });
  }
  return {
    status: 200,
    body: { result: { sys_id, number, request_number: number, request_id: sys_id, table: 'sc_request' } },
  };
};

const tableCall = (instance: Instance, call: FakeCall, [table = '', id]: readonly string[]): Reply => {
  const [fields, display] = [call.query.get('sysparm_fields'), call.query.get('sysparm_display_value')];
  const within = (record: FakeRecord): boolean =>
    record.table === table || (table === 'task' && !isPlain(instance, record.table));
  const record =
    id === undefined ? undefined : instance.records.find((one) => within(one) && one.fields['sys_id'] === id);
  const content = objectIn(call.text);
  switch (`${call.method} ${id === undefined ? 'list' : 'one'}`) {
    case 'POST list':
      if (content === undefined) return failure(400, 'Exception while reading request');
      return { status: 201, body: { result: render(insert(instance, table, texts(content)), fields, display) } };
    case 'GET list': {
      const found = query(instance.records.filter(within), call.query.get('sysparm_query') ?? '', nowOf(instance));
      const limit = Number(call.query.get('sysparm_limit') ?? 10_000);
      return { status: 200, body: { result: found.slice(0, limit).map((one) => render(one, fields, display)) } };
    }
    case 'GET one':
      return record ? { status: 200, body: { result: render(record, fields, display) } } : NO_RECORD;
    case 'PATCH one': {
      if (record === undefined || id === undefined) return NO_RECORD;
      change(instance, id, texts(content ?? {}), 'automation');
      return { status: 200, body: { result: render(find(instance, id) ?? record, fields, display) } };
    }
    default:
      return failure(405, 'Method not supported');
  }
};

/** A ServiceNow instance as far as automation needs one: the Table API, and the order of a catalog item. */
export const startFakeServiceNow = async (options: FakeServiceNowOptions = {}): Promise<FakeServiceNow> => {
  const instance: Instance = { records: [], options, made: 0 };
  const server = await startFakeServer((call) => {
    if (options.authorization !== undefined && call.headers.authorization !== options.authorization)
      return failure(401, 'User Not Authenticated');
    const ordered = /^\/api\/sn_sc\/(?:v1\/)?servicecatalog\/items\/(\w+)\/order_now$/.exec(call.path);
    if (ordered && call.method === 'POST') return order(instance, ordered[1] ?? '', call);
    const table = /^\/api\/now\/(?:v[12]\/)?table\/(\w+)(?:\/(\w+))?$/.exec(call.path);
    return table
      ? tableCall(instance, call, table.slice(1))
      : failure(400, 'Requested URI does not represent any resource');
  });
  const edit: FakeServiceNow['edit'] = (record, fields) => change(instance, record, fields, 'person');
  return {
    ...server,
    records: instance.records,
    of: (table) => instance.records.filter((record) => record.table === table),
    edit,
    closeRecord: (record, fields = {}) => edit(record, { state: '3', active: 'false', ...fields }),
    comment: (record, text, author = 'person') =>
      journal(instance, record, { element: 'comments', value: text, sys_created_by: author }),
    add: (table, fields) => insert(instance, table, fields).fields['sys_id'] ?? '',
    remove: (record) => {
      const found = find(instance, record);
      if (found) instance.records.splice(instance.records.indexOf(found), 1);
    },
  };
};

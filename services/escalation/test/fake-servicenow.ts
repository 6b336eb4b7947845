import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeRecord {
  readonly table: string;
  readonly sysId: string;
  readonly fields: Record<string, string>;
  /** Work notes and comments, the oldest first. */
  readonly journal: { readonly text: string; readonly by: string }[];
}

export interface FakeServiceNow {
  readonly url: string;
  readonly host: string;
  readonly records: readonly FakeRecord[];
  /** Status of the next answers; what was asked is done all the same. */
  readonly failures: number[];
  /** Changes a record as a person does. */
  edit(number: string, fields: Readonly<Record<string, string>>): void;
  note(number: string, text: string): void;
  remove(number: string): void;
  close(): Promise<void>;
}

const GROUP = '0123456789abcdef0123456789abcdef';

const answer = (fields: Readonly<Record<string, string>>, display: string | null) =>
  display === 'all'
    ? Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, { value, display_value: value }]))
    : fields;

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Record<string, string>;
}

const matches = (record: FakeRecord, query: string): boolean =>
  query.split('^').every((condition) => {
    const equal = /^correlation_id=(.*)$/.exec(condition);
    const begins = /^correlation_idSTARTSWITH(.*)$/.exec(condition);
    if (equal) return record.fields['correlation_id'] === equal[1];
    if (begins) return record.fields['correlation_id']?.startsWith(begins[1] ?? '') === true;
    return true;
  });

const NUMBERS: Readonly<Record<string, string>> = { incident: 'INC', sc_task: 'SCTASK' };

const insert = (records: FakeRecord[], table: string, body: Record<string, string>): FakeRecord => {
  const sysId = (records.length + 1).toString(16).padStart(32, '0');
  const number = `${NUMBERS[table] ?? 'TASK'}${String(records.length + 1).padStart(7, '0')}`;
  const fields = { ...body, sys_id: sysId, number, state: '1', active: 'true' };
  records.push({ table, sysId, fields, journal: [] });
  return records.at(-1) as FakeRecord;
};

const patch = (record: FakeRecord, body: Record<string, string>): void => {
  const { work_notes: note, comments, ...fields } = body;
  for (const text of [note, comments]) if (text !== undefined) record.journal.push({ text, by: 'pao' });
  Object.assign(record.fields, fields);
  if (fields['state'] === '8' || fields['state'] === '4') record.fields['active'] = 'false';
};

const perform = (records: FakeRecord[], { method, path, query, body }: Asked): { status: number; result?: unknown } => {
  const [, table = '', sysId] = /^\/api\/now\/table\/([^/]+)(?:\/([^/]+))?$/.exec(path) ?? [];
  const sought = query.get('sysparm_query') ?? '';
  const record = records.find((one) => one.sysId === sysId && (one.table === table || table === 'task'));
  if (method === 'POST') return { status: 201, result: insert(records, table, body).fields };
  if (sysId !== undefined && !record) return { status: 404 };
  if (record && method === 'PATCH') patch(record, body);
  if (record) return { status: 200, result: answer(record.fields, query.get('sysparm_display_value')) };
  if (table === 'sys_user_group')
    return { status: 200, result: sought.startsWith('name=Databases') ? [{ sys_id: GROUP, name: 'Databases' }] : [] };
  if (table === 'sys_journal_field') {
    const of = records.find((one) => sought.includes(`element_id=${one.sysId}`));
    const rows = (of?.journal ?? []).map(({ text, by }, at) => ({ sys_id: `j${at}`, value: text, sys_created_by: by }));
    return { status: 200, result: rows.toReversed() };
  }
  const hits = records.filter((one) => (one.table === table || table === 'task') && matches(one, sought));
  return { status: 200, result: hits.map(({ fields }) => fields) };
};

/** As much of a ServiceNow instance's Table API as tickets need. */
export const startFakeServiceNow = async (): Promise<FakeServiceNow> => {
  const records: FakeRecord[] = [];
  const failures: number[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? '/', 'http://localhost');
    const body = chunks.length > 0 ? (JSON.parse(Buffer.concat(chunks).toString()) as Record<string, string>) : {};
    const asked = { method: request.method ?? '', path: url.pathname, query: url.searchParams, body };
    const { status, result } = perform(records, asked);
    const text = result === undefined ? { error: { message: 'No Record found' } } : { result };
    response.writeHead(failures.shift() ?? status, { 'content-type': 'application/json' }).end(JSON.stringify(text));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const find = (number: string) => records.find(({ fields }) => fields['number'] === number);
  return {
    url: `http://${host}`,
    host,
    records,
    failures,
    edit: (number, fields) => void Object.assign(find(number)?.fields ?? {}, fields),
    note: (number, text) => void find(number)?.journal.push({ text, by: 'person@example.test' }),
    remove: (number) =>
      void records.splice(
        records.findIndex(({ fields }) => fields['number'] === number),
        1,
      ),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

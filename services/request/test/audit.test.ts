import {
  type AuditAnchor,
  type AuditRowView,
  createAnchorBuilder,
  type DataOf,
  type getRequestGraph,
  type RequestSummary,
  type verifyAudit,
  verifyChain,
  type verifyRequestAudit,
} from '@pao/contracts';
import type { Identity } from '@pao/http';
import test from 'ava';
import { anItem } from './documents.ts';
import { required, sha256 } from './given.ts';
import { developer, type RunningService, startService } from './running-service.ts';

const auditor: Identity = { ...developer, subject: 'user:auditor', email: 'auditor@example.test', roles: ['auditor'] };
const stranger: Identity = { ...auditor, tenant: 'other' };

const submit = (service: RunningService, name: string, identity = developer) => {
  const body = { items: [{ schemaVersion: 'catalog/v1', catalogItemId: 'database-standard', input: { name } }] };
  return service.accept(body, { identity });
};

const setup = async (t: Parameters<typeof startService>[0]) => {
  const service = await startService(t);
  await service.offer(anItem());
  return service;
};

const rows = async ({ get }: RunningService, path: string, identity = auditor): Promise<readonly AuditRowView[]> =>
  (await get<AuditRowView[]>(path, { identity })).body.data;

const download = async (service: RunningService, query: string, identity = auditor) => {
  const response = await fetch(`${service.url}/audit/export${query}`, { headers: await service.headers({ identity }) });
  return { response, text: await response.text() };
};

test('the audit of a request is told oldest first, in pages', async (t) => {
  const service = await setup(t);
  const { id } = await submit(service, 'orders');
  const all = await rows(service, `/requests/${id}/audit`, developer);
  t.deepEqual(
    all.map(({ sequence, change, from, to }) => [sequence, change, from, to]),
    [
      [1, 'request-submitted', null, 'submitted'],
      [2, 'task-queued', 'pending', 'queued'],
    ],
  );
  t.like(all[0], { requestId: id, actor: 'dev@example.test', taskId: null, reason: null });
  t.regex(all[0]?.hash ?? '', /^[0-9a-f]{64}$/);
  const first = await service.get<AuditRowView[]>(`/requests/${id}/audit?limit=1`);
  const cursor = first.body.pagination.nextCursor;
  const second = await service.get<AuditRowView[]>(`/requests/${id}/audit?limit=1&cursor=${cursor}`);
  t.deepEqual([...first.body.data, ...second.body.data], [...all]);
  t.deepEqual(second.body.pagination, { hasMore: false, nextCursor: null });
  const other = await submit(service, 'other');
  t.is((await service.get(`/requests/${other.id}/audit?cursor=${cursor}`)).status, 400);
});

test('the audit of all requests is told latest first, by what is asked for', async (t) => {
  const service = await setup(t);
  const two = { ...developer, subject: 'user:2', email: 'two@example.test' };
  const a = await submit(service, 'alpha');
  const b = await submit(service, 'beta', two);
  const all = await rows(service, '/audit');
  t.deepEqual(
    all.map(({ requestId, sequence }) => [requestId, sequence]),
    [
      [b.id, 2],
      [b.id, 1],
      [a.id, 2],
      [a.id, 1],
    ],
  );
  t.deepEqual(await rows(service, `/audit?requestId=${a.id}`), all.slice(2));
  t.deepEqual(await rows(service, '/audit?actor=two@example.test'), all.slice(0, 2));
  t.is((await rows(service, '/audit?change=task-queued')).length, 2);
  t.is((await rows(service, '/audit?catalogItemId=database-standard')).length, 4);
  t.is((await rows(service, '/audit?bundleId=database-standard')).length, 0);
  t.is(
    (await rows(service, `/audit?since=${encodeURIComponent(all[0]?.at ?? '')}&until=2100-01-01T00:00:00Z`)).length,
    2,
  );
  const first = await service.get<AuditRowView[]>('/audit?limit=3', { identity: auditor });
  const rest = await rows(service, `/audit?limit=3&cursor=${first.body.pagination.nextCursor}`);
  t.deepEqual([...first.body.data, ...rest], [...all]);
});

const tampered = (cursor: string): readonly string[] => {
  const read = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  const write = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const { position } = read;
  return [
    cursor.slice(0, -4),
    'abc',
    write({ ...read, version: 'other' }),
    write({ ...read, position: { ...position, check: '0'.repeat(32) } }),
    write({ ...read, position: { ...position, at: { ...position.at, id: '019381d0-7c4e-7000-8000-000000000001' } } }),
    write({ ...read, position: { at: position.at } }),
  ];
};

test('a cursor holds for the list, the filters, the order and the tenant it was made for', async (t) => {
  const service = await setup(t);
  for (const name of ['a1', 'a2', 'a3']) await submit(service, name);
  const { get } = service;
  const first = await get<RequestSummary[]>('/requests?limit=1&q=a&status=submitted,failed');
  const cursor = first.body.pagination.nextCursor ?? '';
  const next = await get<RequestSummary[]>(`/requests?limit=2&q=a&status=failed,submitted&cursor=${cursor}`);
  t.deepEqual(
    next.body.data.map(({ name }) => name),
    ['a2', 'a1'],
  );
  for (const query of ['q=a', 'q=b&status=submitted,failed', 'q=a&status=submitted,failed&sort=createdAt'])
    t.is((await get(`/requests?${query}&cursor=${cursor}`)).status, 400, query);
  for (const text of tampered(cursor)) {
    const { status, body } = await get(`/requests?q=a&status=submitted,failed&cursor=${text}`);
    t.is(status, 400, text);
    t.is(body.error.details[0]?.field, 'cursor');
  }
  const foreign = await get(`/requests?q=a&status=submitted,failed&cursor=${cursor}`, { identity: stranger });
  t.is(foreign.status, 400);
  t.is((await get(`/audit?cursor=${cursor}`, { identity: auditor })).status, 400);
});

test('lists are sorted as asked, by several states, teams and times', async (t) => {
  const service = await setup(t);
  const [a, b] = [await submit(service, 'a1'), await submit(service, 'b1', { ...developer, teams: ['search'] })];
  const ids = async (query: string) =>
    (await service.get<RequestSummary[]>(`/requests?${query}`)).body.data.map(({ id }) => id);
  t.deepEqual(await ids('sort=createdAt'), [a.id, b.id]);
  t.deepEqual(await ids('sort=-updatedAt'), [b.id, a.id]);
  t.deepEqual(await ids('team=search'), [b.id]);
  t.deepEqual(await ids('status=failed,submitted&catalogItemId=database-standard'), [b.id, a.id]);
  t.deepEqual(await ids('bundleId=database-standard'), []);
  t.deepEqual(await ids(`until=${encodeURIComponent(b.createdAt)}`), [a.id]);
  for (const query of ['status=failed,', 'status=failed,x', 'sort=name', 'team=', 'until=later'])
    t.is((await service.get(`/requests?${query}`)).status, 400, query);
});

test('an export has every row that fits, in the order of its chains', async (t) => {
  const service = await setup(t);
  const a = await submit(service, 'alpha');
  const b = await submit(service, 'beta');
  const { response, text } = await download(service, '');
  t.is(response.headers.get('content-type'), 'application/x-ndjson; charset=utf-8');
  t.is(response.headers.get('content-disposition'), 'attachment; filename="audit.jsonl"');
  const exported: AuditRowView[] = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  t.deepEqual(exported, [
    ...(await rows(service, `/requests/${a.id}/audit`)),
    ...(await rows(service, `/requests/${b.id}/audit`)),
  ]);
  t.is((await download(service, `?requestId=${b.id}`)).text.trimEnd().split('\n').length, 2);
  t.is((await download(service, '?actor=nobody')).text, '');
  t.is((await download(service, '?format=xml')).response.status, 400);
});

test('a person with a hostile address can’t make a formula of an export', async (t) => {
  const service = await setup(t);
  const email = '=cmd|"/c calc"!A1,\n@x';
  await submit(service, 'orders', { ...developer, email });
  const { response, text } = await download(service, '?format=csv');
  t.is(response.headers.get('content-type'), 'text/csv; charset=utf-8');
  t.true(text.startsWith('requestId,sequence,at,'));
  t.true(text.includes(`,"'=cmd|""/c calc""!A1,\n@x",request-submitted,`));
  t.is(text.split('\r\n').length, (await rows(service, '/audit')).length + 2);
});

test('an export of more rows than a batch is whole', async (t) => {
  const service = await setup(t);
  const body = {
    items: Array.from({ length: 100 }, (_, n) => ({
      schemaVersion: 'catalog/v1',
      catalogItemId: 'database-standard',
      input: { name: `orders-${n}` },
    })),
  };
  for (let n = 0; n < 6; n += 1) await service.submit(body);
  const { text } = await download(service, '');
  const places = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as AuditRowView);
  t.is(new Set(places.map(({ requestId, sequence }) => `${requestId} ${sequence}`)).size, 1_200);
  t.is(places.length, 1_200);
});

test('a chain is verified over HTTP, each and all of them', async (t) => {
  const service = await setup(t);
  const [a, b, c] = [await submit(service, 'a1'), await submit(service, 'b1'), await submit(service, 'c1')];
  const one = () => service.get<DataOf<typeof verifyRequestAudit>>(`/requests/${b.id}/audit/verify`);
  t.deepEqual((await one()).body.data, { requestId: b.id, rows: 2, intact: true, finding: null });
  await service.database.transaction(async (tx) => {
    await tx.query({ text: 'ALTER TABLE audit DISABLE TRIGGER audit_is_append_only' });
    await tx.query({ text: "UPDATE audit SET actor = 'x' WHERE request_id = $1 AND sequence = 2", values: [b.id] });
    await tx.query({ text: 'ALTER TABLE audit ENABLE TRIGGER audit_is_append_only' });
  });
  t.like((await one()).body.data, { intact: false, finding: { requestId: b.id, sequence: 2, problem: 'hash' } });
  const verify = (query: string) =>
    service.get<DataOf<typeof verifyAudit>>(`/audit/verify${query}`, { identity: auditor });
  const first = await verify('?limit=2');
  t.like(first.body.data, { requests: 2, rows: 4, findings: [{ requestId: b.id, sequence: 2 }] });
  const second = await verify(`?cursor=${first.body.pagination.nextCursor}`);
  t.deepEqual(second.body.data, { requests: 1, rows: 2, findings: [] });
  t.truthy(a.id < c.id);
});

test('an anchor covers what is settled, and never more than was asked for', async (t) => {
  const service = await setup(t);
  await submit(service, 'orders');
  const anchor = async (query = '') =>
    (await service.get<AuditAnchor>(`/audit/anchors${query}`, { identity: auditor })).body.data;
  const now = await anchor();
  t.is(now.requests, 0);
  t.true(Date.parse(now.upTo) < Date.now());
  t.is((await anchor('?upTo=2100-01-01T00:00:00Z')).requests, 0);
  t.is((await anchor('?upTo=2020-01-01T00:00:00Z')).upTo, '2020-01-01T00:00:00.000Z');
});

test('an export is checked without the service, and gives the anchor that the service gives', async (t) => {
  const service = await setup(t);
  for (const name of ['a1', 'b1', 'c1']) await submit(service, name);
  await service.database.transaction(async (tx) => {
    await tx.query({ text: 'ALTER TABLE audit DISABLE TRIGGER audit_is_append_only' });
    await tx.query({ text: "UPDATE audit SET recorded_at = recorded_at - interval '1 hour'" });
    await tx.query({ text: 'ALTER TABLE audit ENABLE TRIGGER audit_is_append_only' });
  });
  const anchor = (await service.get<AuditAnchor>('/audit/anchors', { identity: auditor })).body.data;
  t.like(anchor, { requests: 3, rows: 6 });
  const exported = (await download(service, '')).text.trimEnd().split('\n');
  const chains = Map.groupBy(
    exported.map((line): AuditRowView => JSON.parse(line)),
    ({ requestId }) => requestId,
  );
  const builder = createAnchorBuilder(sha256);
  for (const [id, chain] of chains) {
    const head = required(chain.at(-1));
    t.is(verifyChain(id, { rows: chain, claimed: head }, sha256), undefined);
    builder.add(head);
  }
  t.deepEqual(builder.anchor('default', anchor.upTo), anchor);
  const again = await service.get<AuditAnchor>(`/audit/anchors?upTo=${anchor.upTo}`, { identity: auditor });
  t.deepEqual(again.body.data, anchor);
});

test('other tenants learn nothing of the audit', async (t) => {
  const service = await setup(t);
  const { id } = await submit(service, 'orders');
  for (const path of [`/requests/${id}/audit`, `/requests/${id}/audit/verify`, `/requests/${id}/graph`])
    t.is((await service.get(path, { identity: stranger })).status, 404, path);
  t.deepEqual(await rows(service, '/audit', stranger), []);
  t.deepEqual(await rows(service, `/audit?requestId=${id}`, stranger), []);
  t.is((await download(service, '', stranger)).text, '');
  const { body } = await service.get<DataOf<typeof verifyAudit>>('/audit/verify', { identity: stranger });
  t.is(body.data.requests, 0);
});

test('the graph of a request has its tasks, what each waits for, and a chart for people', async (t) => {
  const service = await setup(t);
  const { id } = await submit(service, 'orders');
  const { data } = (await service.get<DataOf<typeof getRequestGraph>>(`/requests/${id}/graph`)).body;
  t.is(data.requestId, id);
  t.like(data.nodes[0], { position: 1, status: 'queued', generation: 1, component: null });
  t.deepEqual(data.edges, []);
  t.true(data.mermaid.startsWith('flowchart TD\n  t1["1. '));
});

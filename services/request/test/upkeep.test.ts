import type { AttentionFinding, LeadTimeSummary } from '@pao/contracts';
import test from 'ava';
import { anItem } from './documents.ts';
import { eventually, type RunningService, startService } from './running-service.ts';

const BODY = {
  items: [{ schemaVersion: 'catalog/v1', catalogItemId: 'database-standard', input: { name: 'orders' } }],
};

const find = async ({ database }: RunningService, subject: string, tenant: string | null): Promise<void> => {
  await database.query({
    text: `INSERT INTO attention (kind, subject, tenant_id, message, since, found_at)
      VALUES ('task-silent', $1, $2, 'it is silent', now() - interval '90 minutes', now())`,
    values: [subject, tenant],
  });
};

test('operators read what needs them, with its age and what to do, page by page; of their tenant and of the whole', async (t) => {
  const service = await startService(t);
  await find(service, 'a', 'default');
  await find(service, 'b', null);
  await find(service, 'c', 'elsewhere');
  const first = (await service.get<AttentionFinding[]>('/requests/attention?limit=1')).body;
  t.like(first.data[0], { kind: 'task-silent', subject: 'a', requestId: null, message: 'it is silent' });
  t.true((first.data[0]?.ageSeconds ?? 0) >= 5_400);
  t.regex(first.data[0]?.advice ?? '', /Look at the executor’s ledger/);
  const next = await service.get<AttentionFinding[]>(
    `/requests/attention?limit=1&cursor=${first.pagination.nextCursor}`,
  );
  t.deepEqual(
    next.body.data.map(({ subject }) => subject),
    ['b'],
  );
  t.false(next.body.pagination.hasMore);
  const metrics = await (await fetch(service.url.replace('/api/v1', '/metrics'))).text();
  t.regex(metrics, /pao_attention\{kind="task-silent"\} 3/);
});

test('a request that is over tells where its time went once that is recorded, and groups of them do', async (t) => {
  const service = await startService(t);
  await service.offer(anItem());
  const { id } = await service.accept(BODY);
  const { version } = (await service.get(`/requests/${id}`)).body.data;
  t.is(version, 1);
  const headers = { 'content-type': 'application/json', ...(await service.headers()) };
  await fetch(`${service.url}/requests/${id}/abort`, { method: 'POST', headers, body: '{}' });
  t.is((await service.get(`/requests/${id}`)).body.data.leadTime, undefined);
  await service.database.query({
    text: `INSERT INTO lead_times VALUES ($1, 'default', 'item', 'database-standard', '1.0.0', 'payments', 'aborted',
      now() - interval '9 seconds', now(), 9000, 0, 1000, 2000, 0, 6000)`,
    values: [id],
  });
  await service.database.query({ text: "UPDATE request_states SET status = 'aborted'" });
  const { leadTime } = (await service.get(`/requests/${id}`)).body.data;
  t.deepEqual(leadTime, { total: 9_000, approval: 0, queue: 1_000, human: 2_000, waiting: 0, automation: 6_000 });
  const path = '/analytics/lead-times?groupBy=team&outcome=aborted';
  const groups = await eventually(
    () => service.get<LeadTimeSummary[]>(path),
    ({ body }) => body.data.length > 0,
  );
  t.like(groups.body.data[0], { key: 'payments', count: 1, human: { p50: 2_000, p90: 2_000, mean: 2_000 } });
  t.deepEqual((await service.get<LeadTimeSummary[]>('/analytics/lead-times')).body.data, []);
  t.is((await service.get('/analytics/lead-times?groupBy=colour')).status, 400);
  t.is((await service.get('/analytics/lead-times?since=yesterday')).status, 400);
});

import type { Approval, DataOf, operations } from '@pao/contracts';
import type { Identity } from '@pao/http';
import test from 'ava';
import { ada, asking, cost, entry, member, started, voting } from './approval-calls.ts';
import { aBundle } from './documents.ts';
import { required } from './given.ts';
import { developer, type RunningService, startService } from './running-service.ts';
import { readServerSentEvents } from './sse.ts';

const auditOf = async ({ database }: RunningService) =>
  (await database.query<{ type: string }>({ text: 'SELECT change AS type FROM audit ORDER BY at, sequence' })).map(
    ({ type }) => type,
  );

test('a request that needs an approval waits, is found by who may give it, and runs once it is given', async (t) => {
  const { service, id, read, list, request, first, vote } = await started(t);
  t.is(request.status, 'awaiting-approval');
  t.is(request.tasks[0]?.status, 'pending');
  t.like(first, { name: 'cost', state: 'waiting', when: cost.when, given: 0, minimum: 1 });
  t.deepEqual(await list('', ada), [first.id]);
  t.deepEqual(await list('', developer), []);
  t.deepEqual(await list('?scope=requested-by-me', developer), [first.id]);
  t.deepEqual(await list('?scope=all&status=approved', ada), []);
  const { data: seen } = (await service.get<Approval>(`/approvals/${first.id}`, { identity: ada })).body;
  t.like(seen, { requestId: id, requestName: 'orders', planDigest: request.planDigest, mayDecide: true, stages: 1 });

  const { status, body } = await vote(first, 'approve', { body: { comment: 'fine', planDigest: seen.planDigest } });
  t.is(status, 202, JSON.stringify(body));
  t.like(body.data, { state: 'approved', given: 1, requestStatus: 'processing', mayDecide: false });
  t.deepEqual(await list('', ada), []);
  t.deepEqual(await list('?status=approved', ada), [first.id]);
  const [command] = await service.takeCommands();
  t.is(command?.data.requestId, id);
  t.is((await read()).tasks[0]?.status, 'queued');
  t.deepEqual(await auditOf(service), [
    'request-submitted',
    'approval-requested',
    'request-awaiting-approval',
    'approval-given',
    'request-processing',
    'task-queued',
  ]);
});

test('below its condition nothing waits', async (t) => {
  const service = await startService(t);
  await service.offer(asking([cost]));
  const { id, status } = await service.accept({ items: [entry({ input: { name: 'small' } })] });
  t.is(status, 'submitted');
  t.is((await service.get(`/requests/${id}`)).body.data.approvals, undefined);
});

test('who asked, strangers and other tenants decide nothing', async (t) => {
  const { vote, read, first, request } = await started(t);
  const admin = ['admin', 'operator', 'approver'];
  const refusals: readonly (readonly [Identity, number, string])[] = [
    [{ ...developer, teams: ['finops'], roles: admin }, 403, 'FORBIDDEN'],
    [member('dev', { subject: 'key:dev', roles: admin }), 403, 'FORBIDDEN'],
    [member('eve', { teams: ['growth'], roles: admin }), 403, 'FORBIDDEN'],
    [member('ada', { tenant: 'other' }), 404, 'NOT_FOUND'],
  ];
  for (const [as, status, code] of refusals) {
    for (const verb of ['approve', 'reject'] as const) {
      const answer = await vote(first, verb, { as });
      t.is(answer.status, status);
      t.is(answer.body.error.code, code);
    }
  }
  t.is((await vote({ id: '019381d0-7c4e-7000-8000-000000000001' }, 'approve')).status, 404);
  t.is((await vote({ id: 'nonsense' }, 'approve')).status, 400);
  t.is((await vote(first, 'reject', { body: { comment: ' ' } })).status, 422);
  t.is((await read()).version, request.version);
});

test('what was looked at is what is approved', async (t) => {
  const { vote, first, read } = await started(t);
  const { status, body } = await vote(first, 'approve', { body: { planDigest: 'e'.repeat(64) } });
  t.is(status, 409);
  t.is(body.error.code, 'PLAN_CHANGED');
  t.is((await read()).status, 'awaiting-approval');
});

test('a plan tells who will have to approve, and its digest is the one that is approved', async (t) => {
  const { service, request } = await started(t);
  const headers = { 'content-type': 'application/json', ...(await service.headers()) };
  const body = JSON.stringify({ items: [entry()] });
  const response = await fetch(`${service.url}/requests/plan`, { method: 'POST', headers, body });
  const { data } = (await response.json()) as { data: DataOf<typeof operations.planRequests> };
  const [plan] = data.items;
  t.like(plan, { planDigest: request.planDigest, obstacles: [] });
  t.like(plan?.approvals?.[0], { name: 'cost', reason: 'its condition says so', expiresAfterSeconds: 604_800 });
});

test('a rejection ends the request with its reason, and nothing can be decided after it', async (t) => {
  const { service, id, vote, first, read } = await started(t, [cost, { ...cost, id: 'risk' }]);
  const rejected = await vote(first, 'reject', { body: { comment: 'too dear' } });
  t.like(rejected.body.data, { state: 'rejected', requestStatus: 'aborted' });
  const late = await vote(first, 'approve', { as: member('grace') });
  t.is(late.status, 409);
  t.deepEqual(late.body.error.details, [
    { field: 'state', issue: 'rejected' },
    { field: 'requestStatus', issue: 'aborted' },
  ]);
  const { status, approvals, tasks } = await read();
  t.is(status, 'aborted');
  t.deepEqual(
    approvals?.map(({ state }) => state),
    ['rejected', 'withdrawn'],
  );
  t.is(tasks[0]?.status, 'skipped');
  const { body } = await service.get<readonly { reason?: string }[]>(`/requests/${id}/audit`);
  t.is(body.data.at(-1)?.reason, 'ada@example.test rejected the approval cost: too dear');
});

test('a bundle waits for the approvals of all its components, one after the other', async (t) => {
  const service = await startService(t);
  const always = { id: 'owner', approvers: { users: ['Grace@example.test'] } };
  await service.offer(
    asking([cost], 'database-big'),
    asking([always], 'database-small'),
    aBundle([
      { id: 'big', catalogItem: 'database-big', dependsOn: [], input: { basic: { storageGb: 600 } } },
      { id: 'small', catalogItem: 'database-small', dependsOn: [] },
    ]),
  );
  const item = { ...entry({ input: { name: 'shop' } }), catalogItemId: undefined, bundleId: 'bundle-webapp' };
  const { id } = await service.accept({ items: [item] });
  const vote = voting(service);
  const stages = required((await service.get(`/requests/${id}`)).body.data.approvals);
  t.deepEqual(
    stages.map(({ component, name, state }) => [component, name, state]),
    [
      ['big', 'cost', 'waiting'],
      ['small', 'owner', 'not-needed-yet'],
    ],
  );
  const grace = member('grace', { teams: [] });
  t.is((await vote(required(stages[1]), 'approve', { as: grace })).status, 409);
  t.is((await vote(required(stages[0]), 'approve')).body.data.requestStatus, 'awaiting-approval');
  t.is((await vote(required(stages[1]), 'approve', { as: grace })).body.data.requestStatus, 'processing');
  t.is((await service.takeCommands())[0]?.data.requestId, id);
});

test('an aborted request asks nobody any more', async (t) => {
  const { service, id, list, first, vote } = await started(t);
  const headers = { 'content-type': 'application/json', ...(await service.headers()) };
  await fetch(`${service.url}/requests/${id}/abort`, { method: 'POST', headers, body: '{}' });
  t.deepEqual(await list('', ada), []);
  t.is((await vote(first, 'approve')).status, 409);
});

test('the list goes on page by page, and only for whom it was made', async (t) => {
  const { service, first } = await started(t);
  const { id } = await service.accept({ items: [entry()] });
  const second = required((await service.get(`/requests/${id}`)).body.data.approvals?.[0]);
  const page = (query: string, identity = ada) => service.get<readonly Approval[]>(`/approvals${query}`, { identity });
  const { body } = await page('?limit=1');
  t.deepEqual(
    body.data.map((approval) => approval.id),
    [second.id],
  );
  const cursor = required(body.pagination.nextCursor);
  t.deepEqual(
    (await page(`?limit=1&cursor=${cursor}`)).body.data.map((approval) => approval.id),
    [first.id],
  );
  t.is((await page(`?limit=1&cursor=${cursor}`, member('grace'))).status, 400);
});

test('who follows a request sees its approvals among the changes', async (t) => {
  const { service, id, first, vote } = await started(t);
  await vote(first, 'reject');
  const events = await fetch(`${service.url}/requests/${id}/events`, { headers: await service.headers() });
  const changes: string[] = [];
  for await (const { data } of readServerSentEvents(required(events.body))) changes.push(JSON.parse(data).change);
  t.deepEqual(changes, [
    'request-submitted',
    'approval-requested',
    'request-awaiting-approval',
    'approval-rejected',
    'task-skipped',
    'request-aborted',
  ]);
});

test('what nobody else could approve is refused at once, and a plan says why', async (t) => {
  const service = await startService(t);
  await service.offer(asking([{ id: 'owner', approvers: { users: [developer.email] } }]));
  const { status, body } = await service.submit({ items: [entry()] });
  t.is(status, 422);
  t.is(body.error.code, 'CATALOG_ITEM_INVALID');
  t.regex(body.error.details[0]?.issue ?? '', /approval owner needs 1 of dev@example\.test/);
  const headers = { 'content-type': 'application/json', ...(await service.headers()) };
  const response = await fetch(`${service.url}/requests/plan`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ items: [entry()] }),
  });
  const { data } = (await response.json()) as { data: DataOf<typeof operations.planRequests> };
  t.regex(data.items[0]?.obstacles[0] ?? '', /approval owner/);
});

import { randomUUID } from 'node:crypto';
import {
  type DataOf,
  type listCosts,
  type listQuotas,
  type RequestPlan,
  type releaseQuota,
  taskFailedV1,
  taskSucceededV1,
} from '@pao/contracts';
import type { Identity } from '@pao/http';
import test from 'ava';
import { aBundle, anAction, anItem } from './documents.ts';
import { required } from './given.ts';
import { developer, eventually, type RunningService, startService } from './running-service.ts';

const limited = (max: number, rest: Parameters<typeof anItem>[0] = {}) =>
  anItem({ ...rest, rest: { policy: { quota: { per: 'team', max, resource: 'databases' } }, ...rest.rest } });

const entry = (rest: object = {}) => ({
  ...{ schemaVersion: 'catalog/v1', catalogItemId: 'database-standard', input: { name: 'orders' } },
  ...rest,
});

const operator: Identity = {
  ...developer,
  subject: 'user:op',
  email: 'op@example.test',
  teams: ['operations'],
  roles: ['operator'],
};
const inTwoTeams: Identity = { ...developer, teams: ['payments', 'search'] };

const usage = async (service: RunningService, path = '/quotas', identity = developer) => {
  const { body } = await service.get<DataOf<typeof listQuotas>>(path, { identity });
  return body.data.map(({ resource, scope, reserved, committed, max }) => [resource, scope, reserved, committed, max]);
};

const mismatches = ({ database }: RunningService) => database.query({ text: 'SELECT * FROM quota_mismatches' });

const post = async <Data>(service: RunningService, path: string, body: unknown, identity = developer, key?: string) => {
  const headers = await service.headers({
    identity,
    ...(key !== undefined && { headers: { 'idempotency-key': key } }),
  });
  const response = await fetch(service.url + path, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as {
    data: Data;
    error: { code: string; details: unknown[]; message: string };
  };
  return { status: response.status, ...answer };
};

const finish = async (service: RunningService, outcome: 'succeed' | 'fail') => {
  for (const { data } of await service.takeCommands()) {
    const { requestId, taskId, generation } = data;
    const at = new Date().toISOString();
    const times = { requestId, taskId, generation, startedAt: at, finishedAt: at };
    if (outcome === 'succeed') await service.publish(taskSucceededV1, requestId, { ...times, outputs: {} });
    else await service.publish(taskFailedV1, requestId, { ...times, failure: { code: 'X', message: 'it broke' } });
  }
};

const untilStatus = (service: RunningService, id: string, status: string) =>
  eventually(
    () => service.get(`/requests/${id}`),
    ({ body }) => body.data.status === status,
  );

test('five hundred submissions at once against a limit of fifty: exactly fifty are accepted, over two replicas', async (t) => {
  const service = await startService(t);
  await service.offer(limited(50), anItem({ id: 'free' }));
  const replica = await service.replica();
  await eventually(
    () => replica.submit({ items: [entry({ catalogItemId: 'free' })] }),
    ({ status }) => status === 202,
  );
  const answers = await Promise.all(
    Array.from({ length: 500 }, (_, index) => (index % 2 ? service : replica).submit({ items: [entry()] })),
  );
  t.is(answers.filter(({ status }) => status === 202).length, 50);
  const refused = answers.filter(({ status }) => status === 409);
  t.is(refused.length, 450);
  t.true(refused.every(({ body }) => body.error.code === 'QUOTA_EXCEEDED'));
  t.deepEqual(await usage(service), [['databases', 'payments', 50, 0, 50]]);
  const [row] = await service.database.query<{ count: number }>({
    text: "SELECT count(*) AS count FROM requests WHERE catalog_id = 'database-standard'",
  });
  t.is(row?.count, 50);
  t.deepEqual(await mismatches(service), []);
});

test('a refusal names each item with the resource, whose quota it is, the limit and the use, and stores nothing', async (t) => {
  const service = await startService(t);
  await service.offer(limited(2), anItem({ id: 'free' }));
  await service.accept({ items: [entry()] });
  const { status, body } = await service.submit({ items: [entry({ catalogItemId: 'free' }), entry(), entry()] });
  t.is(status, 409);
  t.is(body.error.code, 'QUOTA_EXCEEDED');
  t.deepEqual(body.error.details, [
    {
      field: 'items[2].catalogItemId',
      issue: 'the quota of databases is 2 per team: team payments uses 2, and this would make it 3',
    },
  ]);
  t.deepEqual(await usage(service), [['databases', 'payments', 1, 0, 2]]);
});

test('a call that is repeated with its key uses nothing more, and is answered as before when nothing is left', async (t) => {
  const service = await startService(t);
  await service.offer(limited(1));
  const options = { headers: { 'idempotency-key': randomUUID() } };
  const answers = await Promise.all(Array.from({ length: 20 }, () => service.submit({ items: [entry()] }, options)));
  t.deepEqual([...new Set(answers.map(({ status }) => status))], [202]);
  t.is(new Set(answers.map(({ body }) => body.data.submissionId)).size, 1);
  t.is((await service.submit({ items: [entry()] })).body.error.code, 'QUOTA_EXCEEDED');
  t.is((await service.submit({ items: [entry()] }, options)).status, 202);
  t.deepEqual(await usage(service), [['databases', 'payments', 1, 0, 1]]);
});

test('a raised limit holds from the next submission on, and a lower one takes nothing away', async (t) => {
  const service = await startService(t);
  await service.offer(limited(1));
  await service.accept({ items: [entry()] });
  await service.offer(limited(2, { version: '1.1.0' }));
  await service.accept({ items: [entry()] });
  await service.offer(limited(0, { version: '1.2.0' }));
  const { body } = await service.submit({ items: [entry()] });
  t.regex(body.error.details[0]?.issue ?? '', /is 0 per team: team payments uses 2, .* 3$/);
  t.deepEqual(await usage(service), [['databases', 'payments', 2, 0, 0]]);
});

test('it is asked for the team that is named, which must be one of the caller’s, and the first one otherwise', async (t) => {
  const service = await startService(t);
  await service.offer(limited(5));
  const identity = inTwoTeams;
  const { id } = await service.accept({ items: [entry({ team: 'search' })] }, { identity });
  t.is((await service.get(`/requests/${id}`, { identity })).body.data.team, 'search');
  await service.accept({ items: [entry()] }, { identity });
  const { status, body } = await service.submit({ items: [entry(), entry({ team: 'finance' })] }, { identity });
  t.deepEqual([status, body.error.code], [422, 'VALIDATION_FAILED']);
  t.deepEqual(body.error.details, [{ field: 'items[1].team', issue: 'is none of your teams: payments, search' }]);
  await service.accept({ items: [entry()] }, { identity: { ...developer, email: 'alone@example.test', teams: [] } });
  t.deepEqual(await usage(service, '/quotas', operator), [
    ['databases', 'payments', 1, 0, 5],
    ['databases', 'search', 1, 0, 5],
    ['databases', 'alone@example.test', 1, 0, 5],
  ]);
});

test('a completed request keeps what it uses, a failed one too, and an aborted one gives it back', async (t) => {
  const service = await startService(t);
  await service.offer(limited(2));
  const good = await service.accept({ items: [entry()] });
  await finish(service, 'succeed');
  await untilStatus(service, good.id, 'completed');
  const bad = await service.accept({ items: [entry()] });
  await finish(service, 'fail');
  await untilStatus(service, bad.id, 'failed');
  t.deepEqual(await usage(service), [['databases', 'payments', 1, 1, 2]]);
  t.is((await service.submit({ items: [entry()] })).status, 409);
  t.is((await post(service, `/requests/${bad.id}/abort`, {})).status, 202);
  t.deepEqual(await usage(service), [['databases', 'payments', 0, 1, 2]]);
  t.is((await service.submit({ items: [entry()] })).status, 202);
  t.deepEqual(await mismatches(service), []);
});

test('an operator gives back what a completed request uses, once, with a reason in the audit', async (t) => {
  const service = await startService(t);
  await service.offer(limited(1));
  const { id: requestId } = await service.accept({ items: [entry()] });
  const body = { requestId, reason: 'deleted by hand' };
  const release = (identity = operator, rest = {}, key?: string) =>
    post<DataOf<typeof releaseQuota>>(service, '/quotas/release', { ...body, ...rest }, identity, key);
  t.is((await release()).error.code, 'CONFLICT');
  await finish(service, 'succeed');
  await untilStatus(service, requestId, 'completed');
  t.is((await release(developer)).error.code, 'FORBIDDEN');
  t.is((await release(operator, { requestId: randomUUID() })).error.code, 'NOT_FOUND');
  t.is((await release({ ...operator, tenant: 'other' })).error.code, 'NOT_FOUND');
  t.is((await release(operator, { resource: 'caches' })).error.code, 'CONFLICT');
  t.is((await release(operator, { version: 1 })).error.code, 'CONFLICT');
  t.is((await release(operator, { reason: ' ' })).error.code, 'VALIDATION_FAILED');
  const key = randomUUID();
  const first = await release(operator, {}, key);
  t.is(first.status, 200);
  t.deepEqual(first.data.released, [
    { resource: 'databases', per: 'team', scope: 'payments', catalogItemId: 'database-standard', component: null },
  ]);
  t.deepEqual((await release(operator, {}, key)).data, first.data);
  t.is((await release(operator, { reason: 'another' }, key)).error.code, 'IDEMPOTENCY_MISMATCH');
  t.is((await release()).error.code, 'CONFLICT');
  t.deepEqual(await usage(service), []);
  const rows = await service.get<{ change: string; actor: string; reason?: string }[]>(`/requests/${requestId}/audit`);
  t.like(rows.body.data.at(-1), { change: 'quota-released', actor: 'op@example.test', reason: 'deleted by hand' });
  const verified = await service.get<{ intact: boolean }>(`/requests/${requestId}/audit/verify`);
  t.true(verified.body.data.intact);
  t.deepEqual(await mismatches(service), []);
});

test('a bundle uses what its components use, and a plan shows what would be used without using it', async (t) => {
  const service = await startService(t);
  const components = ['main', 'replica'].map((id) => ({ id, catalogItem: 'database-standard', dependsOn: [] }));
  await service.offer(limited(3), aBundle(components));
  const bundle = { schemaVersion: 'catalog/v1', bundleId: 'bundle-webapp', input: { name: 'shop' } };
  const items = [bundle, entry(), bundle];
  const plan = async () => (await post<{ items: RequestPlan[] }>(service, '/requests/plan', { items })).data.items;
  const effect = { resource: 'databases', per: 'team', scope: 'payments', max: 3 };
  t.deepEqual(
    (await plan()).map(({ quota }) => quota),
    [
      [{ ...effect, used: 0, after: 2, wouldExceed: false }],
      [{ ...effect, used: 2, after: 3, wouldExceed: false }],
      [{ ...effect, used: 3, after: 5, wouldExceed: true }],
    ],
  );
  t.deepEqual(await usage(service), []);
  const [before] = await plan();
  await service.accept({ items: [bundle] });
  const [after] = await plan();
  t.is(after?.quota[0]?.used, 2);
  t.is(after?.planDigest, before?.planDigest);
  const { body } = await service.submit({ items: [bundle] });
  t.is(body.error.details[0]?.field, 'items[0].bundleId');
});

test('people see what they and their teams use; operators and admins see all', async (t) => {
  const service = await startService(t);
  await service.offer(limited(5), anItem({ id: 'own', rest: { policy: { quota: { per: 'user', max: 5 } } } }));
  await service.accept(
    { items: [entry({ team: 'search' }), entry({ catalogItemId: 'own' })] },
    { identity: inTwoTeams },
  );
  t.deepEqual(await usage(service), [['own', 'dev@example.test', 1, 0, 5]]);
  t.is((await usage(service, '/quotas', inTwoTeams)).length, 2);
  t.is((await usage(service, '/quotas?team=search', operator)).length, 1);
  t.is((await usage(service, '/quotas?resource=own', operator)).length, 1);
  t.is((await service.get('/quotas?team=search')).body.error.code, 'FORBIDDEN');
  t.is((await service.get('/costs?team=search')).body.error.code, 'FORBIDDEN');
  const first = await service.get<unknown[]>('/quotas?limit=1', { identity: operator });
  const { nextCursor } = first.body.pagination;
  t.is((await usage(service, `/quotas?limit=1&cursor=${nextCursor}`, operator)).length, 1);
  t.is((await service.get(`/quotas?limit=1&team=search&cursor=${nextCursor}`, { identity: operator })).status, 400);
});

test('costs are added up by team, item and month, by currency, reserved apart from committed, without what was aborted', async (t) => {
  const service = await startService(t);
  const priced = (id: string, currency: string, monthly: string) =>
    anItem({ id, actions: [anAction()], rest: { cost: { currency, monthly } } });
  await service.offer(priced('database-standard', 'EUR', '10.25'), priced('cache', 'USD', '5'), anItem({ id: 'free' }));
  await service.accept({ items: [entry(), entry({ catalogItemId: 'cache' }), entry({ catalogItemId: 'free' })] });
  await finish(service, 'succeed');
  const identity: Identity = { ...inTwoTeams, email: 'two@example.test', subject: 'user:two' };
  await service.accept({ items: [entry({ team: 'search' })] }, { identity });
  const gone = await service.accept({ items: [entry()] });
  await post(service, `/requests/${gone.id}/abort`, {});
  await finish(service, 'fail');
  await untilStatus(service, gone.id, 'aborted');
  const totals = async (query: string, who = operator) => {
    const { body } = await service.get<DataOf<typeof listCosts>>(`/costs${query}`, { identity: who });
    return body.data.map(({ key, currency, reserved, committed, monthly, requests }) => [
      ...[key, currency, reserved, committed, monthly, requests],
    ]);
  };
  await eventually(
    () => totals('?groupBy=item'),
    (rows) => rows.some(([, , , committed]) => committed === 10.25),
  );
  t.deepEqual(await totals(''), [
    ['payments', 'EUR', 0, 10.25, 10.25, 1],
    ['payments', 'USD', 0, 5, 5, 1],
    ['search', 'EUR', 10.25, 0, 10.25, 1],
  ]);
  t.deepEqual(await totals('?groupBy=item'), [
    ['cache', 'USD', 0, 5, 5, 1],
    ['database-standard', 'EUR', 10.25, 10.25, 20.5, 2],
  ]);
  const month = new Date().toISOString().slice(0, 7);
  t.deepEqual(
    (await totals('?groupBy=month&limit=1')).map(([key]) => key),
    [month],
  );
  t.deepEqual(await totals('?since=2999-01-01T00:00:00Z'), []);
  t.deepEqual(
    (await totals('', developer)).map(([key]) => key),
    ['payments', 'payments'],
  );
  t.deepEqual(
    (await totals('?team=search', identity)).map(([key]) => key),
    ['search'],
  );
  const { body } = await service.get<unknown[]>('/costs?limit=2', { identity: operator });
  t.deepEqual(await totals(`?limit=2&cursor=${required(body.pagination.nextCursor)}`), [
    ['search', 'EUR', 10.25, 0, 10.25, 1],
  ]);
});

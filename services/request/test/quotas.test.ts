import { randomUUID } from 'node:crypto';
import type { DataOf, listApprovals, planRequests, releaseQuota } from '@pao/contracts';
import test from 'ava';
import { aBundle, anItem } from './documents.ts';
import { entry, finish, inTwoTeams, limited, mismatches, operator, post, untilStatus, usage } from './quota-calls.ts';
import { developer, eventually, startService } from './running-service.ts';

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
  const release = async (identity = operator, rest = {}, key = randomUUID()) => {
    const { status, data, error } = await post(service, '/quotas/release', { ...body, ...rest }, { identity, key });
    return { status, data: data as DataOf<typeof releaseQuota>, code: error?.code };
  };
  t.is((await release()).code, 'CONFLICT');
  await finish(service, 'succeed');
  await untilStatus(service, requestId, 'completed');
  t.is((await release(developer)).code, 'FORBIDDEN');
  t.is((await release(operator, { requestId: randomUUID() })).code, 'NOT_FOUND');
  t.is((await release({ ...operator, tenant: 'other' })).code, 'NOT_FOUND');
  t.is((await release(operator, { resource: 'caches' })).code, 'CONFLICT');
  t.is((await release(operator, { version: 1 })).code, 'CONFLICT');
  t.is((await release(operator, { reason: ' ' })).code, 'VALIDATION_FAILED');
  const key = randomUUID();
  const first = await release(operator, {}, key);
  t.is(first.status, 200);
  t.deepEqual(first.data.released, [
    { resource: 'databases', per: 'team', scope: 'payments', catalogItemId: 'database-standard', component: null },
  ]);
  t.deepEqual((await release(operator, {}, key)).data, first.data);
  t.is((await release(operator, { reason: 'another' }, key)).code, 'IDEMPOTENCY_MISMATCH');
  t.is((await release()).code, 'CONFLICT');
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
  const plan = async () => {
    const { data } = await post(service, '/requests/plan', { items });
    return (data as DataOf<typeof planRequests>).items;
  };
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

test('what waits for an approval is reserved, and given back when somebody rejects it', async (t) => {
  const service = await startService(t);
  const approvals = [{ id: 'cost', approvers: { teams: ['finops'] } }];
  const { fulfillment } = anItem();
  const policy = { quota: { per: 'team', max: 1, resource: 'databases' } } as const;
  await service.offer(anItem({ rest: { policy, fulfillment: { ...fulfillment, approvals } } }));
  const { id, status } = await service.accept({ items: [entry()] });
  t.is(status, 'awaiting-approval');
  t.deepEqual(await usage(service), [['databases', 'payments', 1, 0, 1]]);
  t.is((await service.submit({ items: [entry()] })).body.error.code, 'QUOTA_EXCEEDED');
  const identity = {
    ...developer,
    subject: 'user:ada',
    email: 'ada@example.test',
    teams: ['finops'],
    roles: ['approver'],
  };
  const waiting = await service.get<DataOf<typeof listApprovals>>('/approvals', { identity });
  const path = `/approvals/${waiting.body.data[0]?.id}/reject`;
  t.is((await post(service, path, { comment: 'no' }, { identity })).status, 202);
  t.is((await service.get(`/requests/${id}`)).body.data.status, 'aborted');
  t.deepEqual(await usage(service), []);
  t.deepEqual(await mismatches(service), []);
});

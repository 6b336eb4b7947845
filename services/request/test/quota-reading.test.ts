import type { DataOf, listCosts, planRequests } from '@pao/contracts';
import type { Identity } from '@pao/http';
import test from 'ava';
import { anItem } from './documents.ts';
import { required } from './given.ts';
import { entry, finish, inTwoTeams, limited, operator, post, untilStatus, usage } from './quota-calls.ts';
import { developer, eventually, startService } from './running-service.ts';

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
    anItem({ id, rest: { cost: { currency, monthly } } });
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
  const { data } = await post(service, '/requests/plan', {
    items: [entry(), entry(), entry({ catalogItemId: 'free' })],
  });
  t.deepEqual((data as DataOf<typeof planRequests>).costEffect, [
    { team: 'payments', currency: 'EUR', before: 10.25, after: 30.75 },
  ]);
  const { body } = await service.get<unknown[]>('/costs?limit=2', { identity: operator });
  t.deepEqual(await totals(`?limit=2&cursor=${required(body.pagination.nextCursor)}`), [
    ['search', 'EUR', 10.25, 0, 10.25, 1],
  ]);
});

import test from 'ava';
import { aBundle, anItem, pin } from '../../../test/documents.ts';
import { okValue } from '../../../test/given.ts';
import { planRequest } from './plan.ts';
import { effectsInOrder, effectsOf, quotaOf, stateOfUnits, takeUnits } from './quota.ts';
import type { QuotaUnit } from './request.ts';

const requester = { id: 'user:dev', email: 'dev@example.test', name: null, teams: ['payments', 'search'] };
const holder = { tenantId: 'acme', requester, team: 'payments' };

const limited = (id: string, quota: { per: 'team' | 'user' | 'tenant'; max: number; resource?: string }) =>
  anItem({ id, rest: { policy: { quota } } });

const quotaOfItem = (quota: Parameters<typeof limited>[1], who = holder as Parameters<typeof quotaOf>[2]) => {
  const selection = { main: pin(limited('database-standard', quota)), items: new Map() };
  return quotaOf(selection, okValue(planRequest(selection, { name: 'orders' })), who);
};

const unit = (rest: Partial<QuotaUnit> = {}): QuotaUnit => ({
  ...{ resource: 'databases', per: 'team', scope: 'payments', max: 3, catalogId: 'database-standard', component: null },
  ...rest,
});

test('an item that sets a quota uses one unit of it, counted for the team, the person or the tenant', (t) => {
  const scopes = (['team', 'user', 'tenant'] as const).map((per) => {
    const [used] = quotaOfItem({ per, max: 3, resource: 'databases' }) ?? [];
    return [used?.resource, used?.per, used?.scope];
  });
  t.deepEqual(scopes, [
    ['databases', 'team', 'payments'],
    ['databases', 'user', 'dev@example.test'],
    ['databases', 'tenant', 'acme'],
  ]);
});

test('who is in no team is counted alone, and a quota without a resource counts its own document', (t) => {
  const [used] = quotaOfItem({ per: 'team', max: 3 }, { ...holder, team: null }) ?? [];
  t.like(used, { resource: 'database-standard', per: 'user', scope: 'dev@example.test' });
});

test('a bundle uses a unit for itself and for each component whose item sets a quota', (t) => {
  const items = [limited('database-standard', { per: 'team', max: 3, resource: 'databases' }), anItem({ id: 'cache' })];
  const components = [
    { id: 'main', catalogItem: 'database-standard', dependsOn: [] },
    { id: 'replica', catalogItem: 'database-standard', dependsOn: [] },
    { id: 'cache', catalogItem: 'cache', dependsOn: [] },
  ];
  const bundle = { ...aBundle(components), policy: { quota: { per: 'tenant', max: 9 } as const } };
  const selection = { main: pin(bundle), items: new Map(items.map((item) => [item.metadata.id, pin(item)])) };
  const units = quotaOf(selection, okValue(planRequest(selection, { name: 'shop' })), holder) ?? [];
  t.deepEqual(
    units.map(({ resource, component }) => [resource, component]),
    [
      ['bundle-webapp', null],
      ['databases', 'main'],
      ['databases', 'replica'],
    ],
  );
  const free = { main: pin(anItem()), items: new Map() };
  t.is(quotaOf(free, okValue(planRequest(free, { name: 'orders' })), holder), null);
});

test('the last unit that fits is taken and the next is not; of documents that share a resource each has its own limit', (t) => {
  const [fits] = effectsOf([unit()], new Map([['["databases","team","payments"]', 2]]));
  t.like(fits, { used: 2, after: 3, max: 3, wouldExceed: false });
  const [over] = effectsOf(
    [unit(), unit({ max: 4 }), unit({ max: 9 })],
    new Map([['["databases","team","payments"]', 3]]),
  );
  t.like(over, { used: 3, after: 6, max: 3, wouldExceed: true });
  t.like(effectsOf([unit({ max: 0 })], new Map())[0], { used: 0, after: 1, max: 0, wouldExceed: true });
});

test('requests are counted on top of those before them, and a submission takes all it uses or nothing', (t) => {
  const used = new Map<string, number>();
  t.deepEqual(
    effectsInOrder([[unit()], null, [unit({ scope: 'search' })], [unit()]], used).map(([effect]) => effect?.after),
    [1, undefined, 1, 2],
  );
  const before = new Map(used);
  const exceeded = takeUnits([[unit({ scope: 'search' })], [unit(), unit()]], used);
  t.like(exceeded[0], { index: 1, used: 2, after: 4, max: 3 });
  t.deepEqual(used, before);
  t.deepEqual(takeUnits([[unit()]], used), []);
  t.is(used.get('["databases","team","payments"]'), 3);
});

test('what is used is committed when the request completes, given back when it is aborted, and kept while it may go on', (t) => {
  t.is(stateOfUnits('completed'), 'committed');
  t.is(stateOfUnits('aborted'), 'released');
  for (const status of ['submitted', 'awaiting-approval', 'processing', 'failed', 'aborting', 'escalated'] as const)
    t.is(stateOfUnits(status), 'reserved');
});

import type { Approval, CatalogItem } from '@pao/documents';
import test from 'ava';
import { aBundle, anItem, pin } from '../../../test/documents.ts';
import { okValue } from '../../../test/given.ts';
import { neededApprovals, unreachableApproval } from './needed-approvals.ts';
import { planRequest, type Selection } from './plan.ts';

const requester = { id: 'user:dev', email: 'dev@example.test', name: null, teams: ['payments'] };
const platform = { environment: 'test', account: '', region: '' };
const HOUR = 3_600_000;

const asking = (
  approvals: readonly Approval[],
  id = 'database-standard',
  rest: Partial<CatalogItem> = {},
): CatalogItem => anItem({ id, rest: { fulfillment: { ...anItem().fulfillment, approvals }, ...rest } });

const ask = (approval: Partial<Approval> = {}): Approval => ({
  id: 'cost',
  approvers: { teams: ['finops'] },
  ...approval,
});

const needed = (selection: Selection, input: object = { name: 'orders' }) =>
  neededApprovals(selection, okValue(planRequest(selection, input)), { requester, platform });

const neededBy = (item: CatalogItem, input?: object) => needed({ main: pin(item), items: new Map() }, input);

test('a document that asks for none needs none', (t) => {
  t.deepEqual(neededBy(anItem()), []);
});

test('an approval without times lapses after a week, and reminds after half of the time', (t) => {
  t.deepEqual(neededBy(asking([ask()])), [
    {
      stage: 1,
      name: 'cost',
      catalogId: 'database-standard',
      component: null,
      when: null,
      reason: 'it is always needed',
      approvers: { teams: ['finops'], users: [] },
      minimum: 1,
      expiresAfterMs: 168 * HOUR,
      remindAfterMs: 84 * HOUR,
    },
  ]);
  const [own] = neededBy(asking([ask({ expiresAfter: '72h', remindAfter: '30m', minimum: 2 })]));
  t.like(own, { expiresAfterMs: 72 * HOUR, remindAfterMs: HOUR / 2, minimum: 2 });
});

test('a condition decides by the input, the requester, the installation and the cost', (t) => {
  const cost = { currency: 'EUR', monthly: 'current.basic.storageGb * 2' };
  for (const [when, isNeeded] of [
    ['current.basic.storageGb > `500`', true],
    ['current.basic.storageGb > `700`', false],
    ['cost.EUR > `1000`', true],
    ['cost.EUR > `2000`', false],
    ["contains(system.user.teams, 'payments')", true],
    ["system.environment == 'prod'", false],
    ['current.basic.nothing', false],
  ] as const) {
    const found = neededBy(asking([ask({ when })], 'database-standard', { cost }), {
      name: 'orders',
      basic: { storageGb: 600 },
    });
    t.is(found.length, isNeeded ? 1 : 0, when);
  }
});

test('what can’t be judged is needed: a safeguard does not fall away by a fault', (t) => {
  t.regex(
    neededBy(asking([ask({ when: 'length(current.basic.storageGb)' })]))[0]?.reason ?? '',
    /could not be worked out/,
  );
  const cost = { currency: 'EUR', monthly: '1 / (current.basic.storageGb - 50)' };
  const unknown = asking([ask({ when: 'cost.EUR > `1000`' })], 'database-standard', { cost });
  t.is(neededBy(unknown, { name: 'orders', basic: { storageGb: 50 } }).length, 1);
});

test('a bundle asks for its own approvals first, then for those of each component with its own input', (t) => {
  const items = [
    asking([ask({ id: 'size', when: 'current.basic.storageGb > `500`' })], 'database-big'),
    asking([ask({ id: 'size', when: 'current.basic.storageGb > `500`' }), ask({ id: 'risk' })], 'database-small'),
  ];
  const bundle = aBundle([
    { id: 'big', catalogItem: 'database-big', dependsOn: [], input: { basic: { storageGb: 900 } } },
    { id: 'small', catalogItem: 'database-small', dependsOn: [] },
  ]);
  const main = pin({ ...bundle, fulfillment: { ...bundle.fulfillment, approvals: [ask({ id: 'owner' })] } });
  const found = needed({ main, items: new Map(items.map((item) => [item.metadata.id, pin(item)])) });
  t.deepEqual(
    found.map(({ stage, name, component, catalogId }) => [stage, name, component, catalogId]),
    [
      [1, 'owner', null, 'bundle-webapp'],
      [2, 'size', 'big', 'database-big'],
      [3, 'risk', 'small', 'database-small'],
    ],
  );
});

test('who could never get an approval, being themselves who is named, is told so', (t) => {
  const reach = (approvers: Approval['approvers'], minimum = 1) =>
    unreachableApproval(neededBy(asking([ask({ approvers, minimum })])), requester);
  t.is(
    reach({ users: ['Dev@example.test'] }),
    'its approval cost needs 1 of Dev@example.test, and nobody approves an own request',
  );
  t.regex(reach({ users: ['dev@example.test', 'ann@example.test'] }, 2) ?? '', /needs 2 of/);
  t.is(reach({ users: ['dev@example.test', 'ann@example.test'] }), undefined);
  t.is(reach({ teams: ['finops'], users: ['dev@example.test'] }), undefined);
});

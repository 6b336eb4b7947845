import test from 'ava';
import { anItem } from '../../../test/documents.ts';
import { okValue } from '../../../test/given.ts';
import { aSubmission, createWorld, type World } from '../../../test/memory-world.ts';
import { planRequests } from './plan-requests.ts';
import { detailsView } from './views.ts';

const ITEM = { kind: 'item' as const, id: 'database-standard', input: { name: 'orders' } };
const priced = (version: string, monthly: number) => anItem({ version, rest: { cost: { currency: 'USD', monthly } } });

const digestNow = async (world: World, command = aSubmission({ items: [ITEM] })): Promise<string> => {
  const [plan] = okValue(
    await planRequests({
      ...world.dependencies,
      quotas: world.quotas,
      costs: { list: async () => [] },
      pools: { read: async () => [] },
    })(command),
  ).items;
  return plan?.planDigest ?? '';
};

const agreeing = (planDigest: string) => aSubmission({ items: [{ ...ITEM, planDigest }] });

test('a request that is as its plan showed it is accepted, and keeps digest and cost', async (t) => {
  const world = await createWorld(priced('1.0.0', 12.5));
  const planDigest = await digestNow(world);
  const [id = ''] = await world.accepted(agreeing(planDigest));
  const request = await world.store.find(id);
  if (!request) return t.fail();
  return t.like(detailsView(request), { planDigest, cost: [{ currency: 'USD', monthly: 12.5 }] });
});

test('without a plan there is no digest, and without a cost none is made up', async (t) => {
  const world = await createWorld(anItem());
  const [id = ''] = await world.accepted();
  const request = await world.store.find(id);
  if (!request) return t.fail();
  t.false('planDigest' in detailsView(request));
  return t.false('cost' in detailsView(request));
});

test('a plan that is not the one of now is refused with what is now, and nothing is stored', async (t) => {
  const world = await createWorld(priced('1.0.0', 12.5));
  const planDigest = await digestNow(world);
  await world.offer(priced('1.1.0', 20));
  world.pass(1_001);
  const items = [ITEM, { ...ITEM, planDigest }];
  const refused = await world.submit(aSubmission({ items }));
  if (refused.ok || refused.error.kind !== 'plan-changed') return t.fail();
  t.deepEqual(
    refused.error.details.map(({ field }) => field),
    ['items[1].planDigest'],
  );
  t.regex(
    refused.error.details[0]?.issue ?? '',
    /database-standard 1\.1\.0 .* 1 task .* USD 20\.00 a month; plan again/,
  );
  return t.deepEqual(world.messages(), []);
});

test('a catalog that changes between the judgement and the commit is noticed', async (t) => {
  const world = await createWorld(priced('1.0.0', 12.5));
  const planDigest = await digestNow(world);
  await world.offer(priced('1.1.0', 20));
  // What is remembered of the catalog still is the version of the plan; the store knows better.
  t.like(await world.submit(agreeing(planDigest)), { ok: false, error: { kind: 'plan-changed' } });
});

test('another input is another plan', async (t) => {
  const world = await createWorld(anItem());
  const planDigest = await digestNow(world);
  const items = [{ ...ITEM, input: { name: 'orders', basic: { storageGb: 60 } }, planDigest }];
  t.like(await world.submit(aSubmission({ items })), { ok: false, error: { kind: 'plan-changed' } });
});

test('a repeated call gets its answer although its plan has changed since', async (t) => {
  const world = await createWorld(priced('1.0.0', 12.5));
  const command = { ...agreeing(await digestNow(world)), idempotency: { key: 'k', fingerprint: 'f' } };
  const first = await world.submit(command);
  await world.offer(priced('1.1.0', 20));
  world.pass(1_001);
  t.true(first.ok);
  t.deepEqual(await world.submit(command), first);
});

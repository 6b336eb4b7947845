import type { Action } from '@pao/documents';
import { isJsonObject, type Json } from '@pao/kernel';
import test from 'ava';
import * as fc from 'fast-check';
import { anAction, anItem, pin } from '../../../test/documents.ts';
import { okValue, sha256 } from '../../../test/given.ts';
import { itemPlanOf } from './item-plan.ts';
import { planRequest } from './plan.ts';

const options = {
  requester: { id: 'user:dev', email: 'dev@example.test', name: null, teams: ['payments'] },
  platform: { environment: 'test', account: '', region: '' },
  digest: sha256,
};

const fields = ['a', 'b', 'c', 'd'].map((id) => ({ id, name: id, type: 'string' as const }));

const digestOf = (actions: readonly Action[], input: unknown, rest = options): string => {
  const selection = { main: pin(anItem({ actions, fields })), items: new Map() };
  return itemPlanOf(selection, okValue(planRequest(selection, input)), rest).digest;
};

const shuffled = (value: Json, order: number): Json => {
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(([key, member]): [string, Json] => [key, shuffled(member, order)]);
  const rotation = entries.length === 0 ? 0 : order % entries.length;
  const rotated = [...entries.slice(rotation), ...entries.slice(0, rotation)];
  return Object.fromEntries(order % 2 === 0 ? rotated : rotated.toReversed());
};

const inputs = fc.record({
  name: fc.constantFrom('orders', 'shop'),
  basic: fc.record({ a: fc.string({ maxLength: 5 }), b: fc.string({ maxLength: 5 }) }, { requiredKeys: [] }),
});

test('the order in which the keys of an input are written changes nothing', (t) => {
  fc.assert(
    fc.property(inputs, fc.nat(20), (input, order) => {
      const other = shuffled(input, order);
      return digestOf([anAction()], input) === digestOf([anAction()], other);
    }),
    { numRuns: 200 },
  );
  t.pass();
});

const urls = fc.array(fc.webPath(), { minLength: 1, maxLength: 4 });

test('another configuration of any task is another plan', (t) => {
  const actionsOf = (paths: readonly string[]): readonly Action[] =>
    paths.map((path, index) =>
      anAction({ id: `a${index}`, config: { endpoint: { url: `https://x.example${path}`, method: 'POST' } } }),
    );
  fc.assert(
    fc.property(urls, fc.nat(), fc.webPath(), (paths, at, other) => {
      const index = at % paths.length;
      fc.pre(paths[index] !== other);
      const changed = paths.with(index, other);
      return digestOf(actionsOf(paths), { name: 'orders' }) !== digestOf(actionsOf(changed), { name: 'orders' });
    }),
    { numRuns: 200 },
  );
  t.pass();
});

test('whatever else of a task would change what happens makes another plan', (t) => {
  const before = digestOf([anAction()], { name: 'orders' });
  const changes: readonly Partial<Action>[] = [
    { when: 'current.name' },
    { timeout: 5 },
    { idempotent: true },
    { executor: 'edge' },
    { outputs: { arn: 'body.arn' } },
    { type: 'webhook' },
  ];
  for (const change of changes) t.not(digestOf([anAction(change)], { name: 'orders' }), before, JSON.stringify(change));
});

test('who asks and where counts where a task says it, and only there', (t) => {
  const other = { ...options, requester: { ...options.requester, email: 'other@example.test' } };
  const endpoint = { url: 'https://x.example', method: 'POST' };
  const silent = anAction({ config: { endpoint } });
  const telling = anAction({ config: { endpoint, headers: { by: '{{.system.user.email}}' } } });
  t.is(digestOf([silent], { name: 'orders' }, other), digestOf([silent], { name: 'orders' }));
  t.not(digestOf([telling], { name: 'orders' }, other), digestOf([telling], { name: 'orders' }));
});

test('a plan made twice is the same plan, and its digest tells no secret', (t) => {
  const action = anAction({ config: { url: 'https://x.example', at: '{{.system.timestamp}} {{.system.uuid}}' } });
  t.is(digestOf([action], { name: 'orders' }), digestOf([action], { name: 'orders' }));
  const password = [{ id: 'secret', name: 'Secret', type: 'password' as const }];
  const selection = { main: pin(anItem({ fields: password })), items: new Map() };
  const digests = ['hunter22', 'hunter23'].map(
    (secret) =>
      itemPlanOf(selection, okValue(planRequest(selection, { name: 'orders', basic: { secret } })), options).digest,
  );
  t.is(digests[0], digests[1]);
});

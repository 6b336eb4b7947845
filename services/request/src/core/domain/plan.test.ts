import test from 'ava';
import { aBundle, aLongItem, anItem, pin } from '../../../test/documents.ts';
import { okValue } from '../../../test/given.ts';
import { planRequest, type Selection } from './plan.ts';

const component = (id: string, dependsOn: string[] = [], catalogItem = 'database-long') => ({
  id,
  catalogItem,
  dependsOn,
});

const bundleOf = (components: ReturnType<typeof component>[], mode: 'sequential' | 'parallel'): Selection => ({
  main: pin(aBundle(components, mode)),
  items: new Map([aLongItem(), anItem()].map((item) => [item.metadata.id, pin(item)])),
});

const outline = (selection: Selection) =>
  okValue(planRequest(selection, { name: 'shop' })).tasks.map(({ component: id, action, dependsOn }) => [
    id,
    action.id,
    dependsOn,
  ]);

test('the actions of an item follow one another', (t) => {
  t.deepEqual(outline({ main: pin(aLongItem()), items: new Map() }), [
    [null, 'first', []],
    [null, 'second', [1]],
    [null, 'third', [2]],
  ]);
});

test('a sequential bundle is one chain in the order of dependencies', (t) => {
  const selection = bundleOf([component('app', ['db'], 'database-standard'), component('db')], 'sequential');
  t.deepEqual(outline(selection), [
    ['db', 'first', []],
    ['db', 'second', [1]],
    ['db', 'third', [2]],
    ['app', 'create', [3]],
  ]);
});

test('in a parallel bundle a component waits for the ends of those it depends on and for nothing else', (t) => {
  const selection = bundleOf(
    [component('a'), component('b', [], 'database-standard'), component('c', ['a', 'b'], 'database-standard')],
    'parallel',
  );
  t.deepEqual(outline(selection), [
    ['a', 'first', []],
    ['a', 'second', [1]],
    ['a', 'third', [2]],
    ['b', 'create', []],
    ['c', 'create', [3, 4]],
  ]);
});

test('every task is pinned to the form of the item it comes from', (t) => {
  const plan = okValue(planRequest(bundleOf([component('a')], 'parallel'), { name: 'shop' }));
  t.is(plan.kind, 'bundle');
  t.deepEqual(plan.tasks[0]?.catalog, pin(aLongItem()).reference);
  t.deepEqual(plan.main, pin(aBundle([component('a')], 'parallel')).reference);
  t.deepEqual(plan.metadata['database-long'], { engine: 'postgres' });
});

test('what a component needs and nobody gives is named by its field', (t) => {
  const item = anItem({ fields: [{ id: 'size', name: 'Size', type: 'number', required: true }] });
  const selection = {
    main: pin(aBundle([component('db', [], item.metadata.id)])),
    items: new Map([[item.metadata.id, pin(item)]]),
  };
  const planned = planRequest(selection, { name: 'shop' });
  if (planned.ok || planned.error.kind !== 'input') return t.fail();
  t.is(planned.error.fields[0]?.field, 'basic.size');
  t.regex(planned.error.fields[0]?.issue ?? '', /component db/);
});

test('a circle of components is the document’s fault', (t) => {
  const planned = planRequest(bundleOf([component('a', ['b']), component('b', ['a'])], 'parallel'), { name: 'shop' });
  if (planned.ok || planned.error.kind !== 'document') return t.fail();
  t.true(planned.error.message.includes('a → b → a'));
});

test('an item without anything to carry out can’t be requested', (t) => {
  t.like(planRequest({ main: pin(anItem({ actions: [] })), items: new Map() }, { name: 'shop' }), {
    ok: false,
    error: { kind: 'document' },
  });
});

test('planning what was planned gives the same plan', (t) => {
  const selection = { main: pin(anItem()), items: new Map() };
  const plan = okValue(planRequest(selection, { name: 'shop', basic: {} }));
  t.deepEqual(okValue(planRequest(selection, plan.input)), plan);
});

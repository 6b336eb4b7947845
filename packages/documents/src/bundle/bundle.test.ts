import test from 'ava';
import * as fc from 'fast-check';
import type { BundleComponent, CatalogBundle, CatalogItem, Field } from '../document.ts';
import { evaluateInput } from '../form/evaluate.ts';
import { itemWithFields } from '../form/item-with.fixture.ts';
import { componentInput } from './component-input.ts';
import { expandBundle } from './expand.ts';
import { inDependencyOrder } from './order.ts';

const ACTION = { type: 'webhook', id: 'hook', config: {}, executor: 'default', idempotent: false };

const item = (id: string, ...fields: readonly Field[]): CatalogItem => {
  const base = itemWithFields(...fields);
  return {
    ...base,
    metadata: { ...base.metadata, id },
    fulfillment: {
      strategy: { mode: 'automatic' },
      automatic: { actions: [{ ...ACTION, id: `${id}-create` }] },
      manual: { actions: [{ ...ACTION, id: `${id}-ticket` }] },
    },
  };
};

const items = new Map(['a', 'b', 'c', 'd'].map((id) => [id, item(id)]));

const bundle = (
  components: readonly (Omit<BundleComponent, 'dependsOn'> & { readonly dependsOn?: readonly string[] })[],
  mode: 'sequential' | 'parallel' = 'sequential',
  ...fields: readonly Field[]
): CatalogBundle => ({
  schemaVersion: 'catalog/v1',
  kind: 'CatalogBundle',
  metadata: { id: 'bundle-test', name: 'Test', description: 'A test.', version: '1.0.0' },
  components: components.map((component) => ({ ...component, dependsOn: component.dependsOn ?? [] })),
  input: itemWithFields(...fields).input,
  fulfillment: { orchestration: { mode } },
});

const component = (id: string, ...dependsOn: readonly string[]) => ({ id, catalogItem: id, dependsOn });

const expand = (value: CatalogBundle) => {
  const expanded = expandBundle(value, items);
  return expanded.ok ? expanded.value.map(({ id, dependsOn }) => [id, ...dependsOn].join(' ')) : expanded.error;
};

test('components run after what they depend on, ties in document order, one after the other', (t) => {
  t.deepEqual(expand(bundle([component('c', 'b'), component('a'), component('b'), component('d', 'a')])), [
    'a',
    'b a',
    'c b',
    'd c',
  ]);
});

test('in parallel orchestration a component waits for nothing but its dependencies', (t) => {
  t.deepEqual(expand(bundle([component('c', 'a', 'b'), component('a'), component('b'), component('d')], 'parallel')), [
    'a',
    'b',
    'c a b',
    'd',
  ]);
});

test('a component brings the actions of its item’s mode', (t) => {
  const expanded = expandBundle(bundle([component('a')]), items);
  t.deepEqual(expanded.ok && expanded.value[0]?.actions.map(({ id }) => id), ['a-create']);
});

test('a circle is named as it is walked', (t) => {
  t.deepEqual(expand(bundle([component('d'), component('a', 'c', 'd'), component('b', 'a'), component('c', 'b')])), [
    {
      code: 'COMPONENT_CYCLE',
      message: 'The components depend on each other in a circle: a → c → b → a.',
      componentId: 'a',
      cycle: ['a', 'c', 'b', 'a'],
    },
  ]);
  t.deepEqual(inDependencyOrder([{ id: 'a', dependsOn: ['a'] }]), { ok: false, error: ['a', 'a'] });
});

test('everything that a bundle names and nobody knows is listed', (t) => {
  const errors = expand(bundle([component('a', 'x'), component('a'), { id: 'y', catalogItem: 'z' }]));
  t.deepEqual(
    (errors as readonly { readonly code: string }[]).map(({ code }) => code),
    ['COMPONENT_DEPENDS_UNKNOWN', 'COMPONENT_ID_NOT_UNIQUE', 'COMPONENT_ITEM_UNKNOWN'],
  );
});

const graphs = fc.array(fc.uniqueArray(fc.nat(11), { maxLength: 3 }), { minLength: 1, maxLength: 12 });

test('an order is found exactly when there is no circle, and it keeps every dependency', (t) => {
  const property = fc.property(graphs, (edges) => {
    const nodes = edges.map((targets, index) => ({
      id: `n${index}`,
      dependsOn: targets.filter((target) => target < edges.length).map((target) => `n${target}`),
    }));
    const ordered = inDependencyOrder(nodes);
    if (ordered.ok) {
      const position = new Map(ordered.value.map((node, index) => [node.id, index]));
      const at = (id: string): number => position.get(id) ?? -1;
      return (
        position.size === nodes.length && nodes.every((node) => node.dependsOn.every((id) => at(id) < at(node.id)))
      );
    }
    const byId = new Map(nodes.map((node) => [node.id, node]));
    const steps = ordered.error
      .slice(1)
      .map((to, index) => byId.get(ordered.error[index] ?? '')?.dependsOn.includes(to));
    return steps.length > 0 && steps.every(Boolean) && ordered.error[0] === ordered.error.at(-1);
  });
  t.notThrows(() => fc.assert(property, { numRuns: 2_000 }));
});

const NUMBER: Field = { id: 'port', name: 'Port', type: 'number' };
const TEXT: Field = { id: 'zone', name: 'Zone', type: 'string' };

const inputOf = (options: {
  asks: readonly Field[];
  needs: readonly Field[];
  supplies?: BundleComponent['input'];
  given?: object;
}) => {
  const supplied = options.supplies === undefined ? {} : { input: options.supplies };
  const value = bundle([{ id: 'a', catalogItem: 'a', ...supplied }], 'sequential', ...options.asks);
  const expanded = expandBundle(value, new Map([['a', item('a', ...options.needs)]]));
  const evaluated = evaluateInput(value, { name: 'orders', basic: options.given ?? {} });
  if (!expanded.ok || !evaluated.ok || expanded.value[0] === undefined)
    throw new Error('the test’s own bundle is wrong');
  return componentInput(expanded.value[0], evaluated.value);
};

test('a component takes from the bundle’s form what its own form asks, with its own defaults', (t) => {
  const asks = [TEXT, { ...NUMBER, id: 'size' }];
  const result = inputOf({ asks, needs: [TEXT, { ...NUMBER, default: 8080 }], given: { zone: 'a', size: 3 } });
  t.deepEqual(result.ok && result.value.values, { name: 'orders', basic: { zone: 'a', size: 3, port: 8080 } });
  t.deepEqual(result.ok && result.value.declaredPaths, ['name', 'basic.zone', 'basic.size', 'basic.port']);
});

test('constants supply what the bundle does not ask, and win over what it does', (t) => {
  const result = inputOf({
    asks: [TEXT],
    needs: [TEXT, NUMBER],
    supplies: { basic: { port: 80, zone: 'b' } },
    given: { zone: 'a' },
  });
  t.deepEqual(result.ok && result.value.values, { name: 'orders', basic: { zone: 'b', port: 80 } });
});

test('a mapping hands over a value as it is, or writes it into a text', (t) => {
  const supplies = { name: '{{.current.name}}-db', basic: { port: '{{ .current.basic.size }}' } };
  const result = inputOf({ asks: [{ ...NUMBER, id: 'size' }], needs: [NUMBER], supplies, given: { size: 5432 } });
  t.deepEqual(result.ok && result.value.values, { name: 'orders-db', basic: { size: 5432, port: 5432 } });
});

test('a mapping from a field that was left empty supplies nothing', (t) => {
  const supplies = { basic: { port: '{{.current.basic.size}}', zone: 'zone-{{.current.basic.size}}' } };
  const result = inputOf({ asks: [{ ...NUMBER, id: 'size' }], needs: [{ ...NUMBER, default: 1 }, TEXT], supplies });
  t.deepEqual(result.ok && result.value.values, { name: 'orders', basic: { port: 1 } });
});

test('a value that the component’s own form refuses is an error of that form', (t) => {
  const result = inputOf({ asks: [NUMBER], needs: [{ ...NUMBER, validation: { max: 10 } }], given: { port: 11 } });
  t.deepEqual(result, { ok: false, error: [{ field: 'basic.port', issue: 'must be at most 10', code: 'TOO_LARGE' }] });
});

test('a secret stays one under the name that a mapping gives it', (t) => {
  const secret: Field = { id: 'key', name: 'Key', type: 'password' };
  const supplies = { basic: { zone: 'x-{{.current.basic.key}}' } };
  const result = inputOf({ asks: [secret], needs: [TEXT], supplies, given: { key: 'hunter2' } });
  t.deepEqual(result.ok && result.value.secretPaths, ['basic.key', 'basic.zone']);
});

test('what the component’s own form calls a password is secret, whatever the bundle calls it', (t) => {
  const result = inputOf({ asks: [TEXT], needs: [{ ...TEXT, type: 'password' }], given: { zone: 'hunter2' } });
  t.deepEqual(result.ok && result.value.secretPaths, ['basic.zone']);
});

import test from 'ava';
import { coverSecrets, sealedFields, valueAt, withValues } from './sealed-input.ts';

const STORED = { name: 'orders', tags: ['a'], basic: { size: 1, password: { $sealed: 'v1.k.x' }, ports: [1, 2] } };

test('people see a mask in the place of a secret, and everything else as it is', (t) => {
  t.deepEqual(coverSecrets(STORED), { ...STORED, basic: { size: 1, password: '••••', ports: [1, 2] } });
  t.deepEqual(coverSecrets({ name: 'orders', basic: { size: 1 } }), { name: 'orders', basic: { size: 1 } });
});

test('sealed fields are found by their paths, and replaced there alone', (t) => {
  t.deepEqual(sealedFields(STORED), [['basic.password', 'v1.k.x']]);
  const opened = withValues(STORED, new Map([['basic.password', 'secret']]));
  t.deepEqual(opened, { ...STORED, basic: { size: 1, password: 'secret', ports: [1, 2] } });
});

test('a path that leads nowhere, or to what every object has, gives nothing', (t) => {
  t.deepEqual(
    ['basic.size', 'basic.none', 'none.none', 'basic.constructor', '__proto__.toString', 'tags.length'].map((path) =>
      valueAt(STORED, path),
    ),
    [1, undefined, undefined, undefined, undefined, undefined],
  );
});

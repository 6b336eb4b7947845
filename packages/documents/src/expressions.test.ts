import test from 'ava';
import { parseCost } from './cost.ts';
import { compileExpression } from './expressions.ts';
import { didYouMean, nearest } from './near.ts';

const evaluate = (
  text: string,
  data: Parameters<Extract<ReturnType<typeof compileExpression>, { ok: true }>['value']['evaluate']>[0],
) => {
  const compiled = compileExpression(text);
  const result = compiled.ok ? compiled.value.evaluate(data) : compiled;
  return result.ok ? result.value : result.error.message;
};

test('expressions are JMESPath, with bracketed names as people write them', (t) => {
  t.is(evaluate('current.size > `5`', { current: { size: 6 } }), true);
  t.is(evaluate("headers['x-arn']", { headers: { 'x-arn': 'arn:1' } }), 'arn:1');
  t.is(evaluate("body.items[?kind=='db'].id | [0]", { body: { items: [{ kind: 'db', id: 7 }] } }), 7);
  t.is(evaluate('body.missing.deep', { body: {} }), null);
});

test('broken expressions and unknown functions are refused before they are run', (t) => {
  for (const text of ['((', 'a ==', 'a[', 'nonsense(a)', 'length(nonsense(a))'])
    t.false(compileExpression(text).ok, text);
});

test('an expression that meets the wrong value says so', (t) => {
  const compiled = compileExpression('length(a)');
  t.false(compiled.ok && compiled.value.evaluate({ a: 1 }).ok);
});

const paths = (text: string) => {
  const compiled = compileExpression(text);
  return compiled.ok ? compiled.value.paths.map((path) => path.join('.')) : [];
};

test('the names an expression reads from the root are known', (t) => {
  t.deepEqual(paths('current.basic.size > `1` && contains(system.user.teams, output.team)'), [
    'current.basic.size',
    'system.user.teams',
    'output.team',
  ]);
  t.deepEqual(paths('body.items[0].id'), ['body.items']);
  t.deepEqual(paths("a[?b=='x'].c | d"), ['a']);
});

const cost = (source: number | string): number | string => {
  const parsed = parseCost(source);
  const result = parsed.ok
    ? parsed.value.evaluate({ current: { basic: { storageGb: 100, kind: 'x' }, zero: 0 } })
    : parsed;
  return result.ok ? result.value : result.error.message;
};

test('a cost is arithmetic over the fields of the form', (t) => {
  t.is(cost(12.5), 12.5);
  t.is(cost('12.5 + current.basic.storageGb * 0.115'), 24);
  t.is(cost('2 * (3 + 4) - 10 / 5 - -1'), 13);
  t.is(cost('current.basic.kind * 2'), '`current.basic.kind` is not a number');
  t.is(cost('1 / current.zero'), 'the result is not a number (division by zero?)');
  for (const broken of ['', '1 +', '(1', '1 2', '1; 2', 'process.exit()', '('.repeat(100)])
    t.is(typeof cost(broken), 'string', broken);
});

test('a near name differs in case, separators or a letter or two; a far one is not offered', (t) => {
  const names = ['storageGb', 'instanceClass', 'environment'];
  for (const slip of ['storage_gb', 'StorageGB', 'storagGb', 'sotrageGb', 'storageGbs'])
    t.is(nearest(slip, names), 'storageGb', slip);
  t.is(nearest('password', names), undefined);
  t.is(didYouMean('enviroment', names), 'did you mean `environment`?');
});

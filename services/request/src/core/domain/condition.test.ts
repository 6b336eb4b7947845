import test from 'ava';
import { anAction } from '../../../test/documents.ts';
import { runs } from './condition.ts';

const scope = {
  current: { name: 'orders', size: 5, password: 'hunter2', tags: [], note: '' },
  output: { endpoint: 'db.example' },
  metadata: { 'database-standard': { engine: 'postgres' } },
  system: { environment: 'test' },
};

const judge = (when?: string) => runs(anAction(when === undefined ? {} : { when }), scope);

test('an action without a condition runs, and one whose condition gives something', (t) => {
  const conditions = [
    undefined,
    'current.size > `4`',
    'output.endpoint',
    'metadata."database-standard".engine == \'postgres\'',
    "system.environment == 'test'",
    'length(current.tags)',
  ];
  for (const condition of conditions) t.deepEqual(judge(condition), { ok: true, value: true }, condition);
});

test('false, nothing and what is empty keep an action from running', (t) => {
  for (const condition of ['current.size > `5`', 'output.missing', 'current.tags', 'current.note', 'current.size.x'])
    t.deepEqual(judge(condition), { ok: true, value: false }, condition);
});

test('a condition that can’t be evaluated fails with its own text and without a value', (t) => {
  for (const condition of ['length(current.size)', 'sum(current.password)', 'a ==']) {
    const verdict = judge(condition);
    if (verdict.ok) return t.fail(condition);
    t.is(verdict.error.code, 'CONDITION_ERROR');
    t.deepEqual(verdict.error.evidence, { action: 'create', condition });
    t.false(JSON.stringify(verdict.error).includes('hunter2'));
  }
  return t.pass();
});

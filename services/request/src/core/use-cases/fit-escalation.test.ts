import type { EscalatedTask } from '@pao/contracts';
import test from 'ava';
import { uuid } from '../../../test/given.ts';
import { fitTasks } from './fit-escalation.ts';

const aTask = (position: number, rest: Partial<EscalatedTask> = {}): EscalatedTask => ({
  id: uuid(position),
  generation: 1,
  position,
  name: 'Create it',
  component: null,
  actionId: 'create',
  type: 'rest-api',
  catalogItemId: 'x',
  dependsOn: [],
  status: 'pending',
  mayHaveHappened: false,
  ticketed: true,
  outputs: {},
  setup: null,
  needs: [],
  ...rest,
});

const text = (length: number) => ({ text: 'ä'.repeat(length / 2) });

const bytes = (tasks: readonly EscalatedTask[]): number => Buffer.byteLength(JSON.stringify(tasks));

test('what fits stays whole', (t) => {
  const tasks = [aTask(1, { setup: text(50_000) }), aTask(2, { setup: text(50_000) })];
  t.deepEqual(fitTasks(tasks, 1_000), tasks);
});

test('the largest setups are left out first, and told so', (t) => {
  const tasks = [60_000, 90_000, 80_000].map((length, index) => aTask(index + 1, { setup: text(length) }));
  const fitted = fitTasks(tasks, 1_000);
  t.deepEqual(
    fitted.map(({ setupCut = false }) => setupCut),
    [false, true, false],
  );
  t.is(fitted[1]?.setup, null);
  t.true(bytes(fitted) + 1_000 < 200 * 1_024);
});

test('of equals the first is cut, so that the same tasks always give the same message', (t) => {
  const tasks = [1, 2, 3].map((position) => aTask(position, { setup: text(80_000) }));
  t.deepEqual(
    fitTasks(tasks, 1_000).map(({ setup }) => setup === null),
    [true, false, false],
  );
});

test('when setups are not all, evidence goes, then outputs, the code and message of a failure stay', (t) => {
  const failure = { code: 'X', message: 'it broke', evidence: text(30_000) };
  const tasks = Array.from({ length: 12 }, (_, index) =>
    aTask(index + 1, { setup: text(30_000), failure, outputs: text(30_000) }),
  );
  const fitted = fitTasks(tasks, 1_000);
  t.true(bytes(fitted) + 1_000 < 200 * 1_024);
  t.true(fitted.every(({ setup }) => setup === null));
  t.deepEqual(fitted[11]?.failure, { code: 'X', message: 'it broke' });
  t.true(fitted.some(({ outputs }) => Object.keys(outputs).length > 0));
});

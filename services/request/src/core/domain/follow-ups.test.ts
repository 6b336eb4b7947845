import type { Action } from '@pao/documents';
import type { JsonObject } from '@pao/kernel';
import test from 'ava';
import { aBundle, anAction, anItem, pin } from '../../../test/documents.ts';
import { aRequest, aTask, okValue, required } from '../../../test/given.ts';
import { followUpsOf } from './follow-ups.ts';
import { type Plan, planRequest } from './plan.ts';
import type { Task } from './request.ts';

const reading = (text: string): JsonObject => ({ endpoint: { url: `https://x.example/${text}`, method: 'GET' } });

/** It needs nothing and gives `endpoint`, and what its type promises: `status`. */
const free = (id: string, rest: Partial<Action> = {}): Action => anAction({ id, config: reading(id), ...rest });

const planOf = (...actions: readonly Action[]): Plan =>
  okValue(planRequest({ main: pin(anItem({ actions })), items: new Map() }, { name: 'orders' }));

/** Pending tasks of a plan, with what is different about those at these positions. */
const tasksOf = (plan: Plan, different: Readonly<Record<number, Partial<Task>>> = {}): readonly Task[] =>
  plan.tasks.map(({ action, component, dependsOn }, index) =>
    aTask({
      ...{
        position: index + 1,
        actionId: action.id,
        type: action.type,
        executor: action.executor,
        component,
        dependsOn,
      },
      ...different[index + 1],
    }),
  );

/** Positions of those that come with the task at this position. */
const followingOf = (plan: Plan, tasks: readonly Task[] = tasksOf(plan), position = 1): readonly number[] => {
  const request = aRequest(tasks);
  return followUpsOf(request, request.tasks[position - 1] as Task, plan).map((task) => task.position);
};

const withSecond = (second: Action): readonly number[] => followingOf(planOf(free('a'), second, free('c')));

test('tasks that need nothing of each other come with the first, in order', (t) => {
  t.deepEqual(withSecond(free('b')), [2, 3]);
});

test('a task of another pool does not come along, nor what stands behind it', (t) => {
  t.deepEqual(withSecond(free('b', { executor: 'dns' })), []);
  t.deepEqual(followingOf(planOf(free('a'), free('b'), free('c', { executor: 'dns' }))), [2]);
});

test('a task with a condition does not come along, whatever it reads', (t) => {
  t.deepEqual(withSecond(free('b', { when: 'current.name' })), []);
});

test('a task that reads what one of the order gives does not come along', (t) => {
  t.deepEqual(withSecond(free('b', { config: reading('{{.output.endpoint}}') })), []);
  t.deepEqual(
    withSecond(free('b', { config: reading('{{.output.endpoint | default "none"}}') })),
    [],
    'by chance, too',
  );
  const plan = planOf(free('a', { outputs: {} }), free('b'), free('c', { config: reading('{{.output.endpoint}}') }));
  t.deepEqual(followingOf(plan), [2], 'of a follow-up as of the head');
  t.deepEqual(withSecond(free('b', { config: reading('{{.output.status}}') })), [], 'what its type promises');
});

test('what nobody of the order gives may be read, of one that may give anything nothing', (t) => {
  const reader = free('b', { config: reading('{{.output.arn | default "none"}}') });
  t.deepEqual(withSecond(reader), [2, 3]);
  const open = free('a', { type: 'dns-record', outputs: {} });
  t.deepEqual(followingOf(planOf(open, reader, free('c'))), []);
});

test('a task that reads all outputs does not come along', (t) => {
  t.deepEqual(withSecond(free('b', { config: reading('{{.output}}') })), []);
});

test('by the user’s own name for the request outputs are read as well', (t) => {
  t.deepEqual(withSecond(free('b', { config: reading('{{.output.orders.endpoint}}') })), []);
  t.deepEqual(withSecond(free('b', { config: reading('{{.output.orders}}') })), []);
  t.deepEqual(withSecond(free('b', { config: reading('{{.output.orders.arn | default "none"}}') })), [2, 3]);
});

test('an output of a task that is over may be read, unless one of the order may give it anew', (t) => {
  const reader = free('c', { config: reading('{{.output.endpoint}}') });
  const over = { 1: { status: 'completed', outputs: { endpoint: 'x' } } } as const;
  const plan = planOf(free('a'), free('b', { outputs: { arn: 'arn' } }), reader);
  t.deepEqual(followingOf(plan, tasksOf(plan, over), 2), [3]);
  const anew = planOf(free('a'), free('b'), reader);
  t.deepEqual(followingOf(anew, tasksOf(anew, over), 2), []);
});

/** Of `first` wait a component that gives `endpoint` and one that reads it, of neither the other. */
const parallel = (): Plan => {
  const items = [
    anItem({ id: 'first', actions: [free('f', { outputs: { arn: 'arn' } })] }),
    anItem({ id: 'giver', actions: [free('g')] }),
    anItem({ id: 'reader', actions: [free('r', { config: reading('{{.output.endpoint}}') })] }),
  ];
  const components = [
    { id: 'a', catalogItem: 'first', dependsOn: [] },
    { id: 'b', catalogItem: 'giver', dependsOn: ['a'] },
    { id: 'c', catalogItem: 'reader', dependsOn: ['a'] },
  ];
  const documents = new Map(items.map((item) => [item.metadata.id, pin(item)]));
  return okValue(planRequest({ main: pin(aBundle(components, 'parallel')), items: documents }, { name: 'shop' }));
};

test('branches that wait for the same task come with it, and none reads what the other gives', (t) => {
  t.deepEqual(followingOf(parallel()), [2, 3]);
});

test('while a branch beside it is due or under way, nothing comes along', (t) => {
  const { tasks, ...rest } = parallel();
  // One more, behind the third.
  const plan = { ...rest, tasks: [...tasks, { ...required(tasks[0]), dependsOn: [3] }] };
  const beside = (status: Task['status']) => tasksOf(plan, { 1: { status: 'completed' }, 2: { status } });
  for (const status of ['pending', 'queued', 'processing', 'waiting'] as const)
    t.deepEqual(followingOf(plan, beside(status), 3), [], status);
  t.deepEqual(followingOf(plan, beside('completed'), 3), [4]);
});

test('a task that also waits for one outside the order does not come along until that is over', (t) => {
  const plan = planOf(free('a'), free('b'), free('c'));
  const waiting = (status: Task['status']) =>
    tasksOf(plan, { 1: { dependsOn: [2], status }, 2: { dependsOn: [] }, 3: { dependsOn: [1, 2] } });
  t.deepEqual(followingOf(plan, waiting('pending'), 2), []);
  for (const status of ['completed', 'skipped'] as const) t.deepEqual(followingOf(plan, waiting(status), 2), [3]);
});

test('what is over, or may not come along, ends the order, also for what does not wait for it', (t) => {
  const plan = planOf(free('a'), free('b'), free('c'));
  const besides = { 2: { status: 'completed' }, 3: { dependsOn: [1] } } as const;
  t.deepEqual(followingOf(plan, tasksOf(plan, besides)), []);
  const branches = parallel();
  t.deepEqual(followingOf(branches, tasksOf(branches, { 2: { executor: 'dns' } })), []);
});

test('what undoes another task comes alone', (t) => {
  const plan = planOf(free('a'), free('b'), free('c'), free('d'));
  const undo = (rollbackOf: number) => ({ rollbackOf, dependsOn: [] });
  const over = { status: 'completed' } as const;
  const undos = tasksOf(plan, { 1: over, 2: over, 3: undo(2), 4: { ...undo(1), dependsOn: [3] } });
  t.deepEqual(followingOf(plan, undos, 3), []);
  t.deepEqual(followingOf(plan, undos.with(2, { ...(undos[2] as Task), rollbackOf: null }), 3), []);
  t.deepEqual(followingOf(plan, undos.with(3, { ...(undos[3] as Task), rollbackOf: null }), 3), []);
});

test('at most nine come along', (t) => {
  const plan = planOf(...Array.from({ length: 12 }, (_, index) => free(`a${index}`)));
  t.deepEqual(followingOf(plan), [2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test('a queued task has those that it was queued with, whatever might follow it now', (t) => {
  const plan = planOf(free('a'), free('b'), free('c', { executor: 'dns' }), free('d'));
  const queued = tasksOf(plan, { 1: { status: 'queued' }, 3: { followUpOf: 1 }, 4: { followUpOf: 2 } });
  t.deepEqual(followingOf(plan, queued), [3]);
});

test('nothing follows a task that is under way, over or held', (t) => {
  const plan = planOf(free('a'), free('b'));
  for (const status of ['processing', 'waiting', 'completed', 'failed', 'stuck'] as const) {
    const tasks = tasksOf(plan, { 1: { status }, 2: { followUpOf: 1 } });
    t.deepEqual(followingOf(plan, tasks), [], status);
  }
  const held = aRequest(tasksOf(plan), 'awaiting-approval');
  t.deepEqual(followUpsOf(held, held.tasks[0] as Task, plan), []);
});

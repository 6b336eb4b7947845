import test from 'ava';
import * as fc from 'fast-check';
import { aRequest, aTask, commandOf } from '../../../test/given.ts';
import { type Command, decide } from './decide.ts';
import { evolve } from './evolve.ts';
import type { Request, Task } from './request.ts';
import { type Decision, statusOf } from './status.ts';
import { mayRequestMove, mayTaskMove, REQUEST_TRANSITIONS, TASK_TRANSITIONS, type TaskStatus } from './transitions.ts';

/** Tasks that depend on any earlier ones: every graph without cycles. */
const graphs = fc
  .integer({ min: 1, max: 6 })
  .chain((count) =>
    fc.tuple(
      ...Array.from({ length: count }, (_, index) => fc.subarray(Array.from({ length: index }, (_, p) => p + 1))),
    ),
  )
  .map((needs) => needs.map((dependsOn, index) => aTask({ position: index + 1, dependsOn })))
  .chain((tasks) => fc.constantFrom(tasks, [...tasks.map(completed), ...undosOf(tasks)]));

const completed = (task: Task): Task => ({ ...task, status: 'completed' });

/** Of a request that is rolled back: one after the other. */
const undosOf = (tasks: readonly Task[]): readonly Task[] =>
  tasks.map((task, index) => {
    const position = tasks.length + index + 1;
    return aTask({ position, rollbackOf: task.position, dependsOn: index === 0 ? [] : [position - 1] });
  });

const kinds = fc.constantFrom<Command['kind']>(
  'start',
  'complete',
  'fail',
  'give-up',
  'wait',
  'park',
  'queue',
  'queue',
  'complete',
  'refuse',
  'skip',
  'cancel',
);
const steps = fc.array(
  fc.record({ kind: kinds, position: fc.integer({ min: 1, max: 12 }), generation: fc.constantFrom(1, 1, 1, 1, 2) }),
  { maxLength: 40 },
);
const decisions = fc.constantFrom<Decision>(
  null,
  null,
  null,
  'proceed',
  'retrying',
  'aborting',
  'awaiting-approval',
  'escalated',
);

const play = (
  request: Request,
  script: readonly { kind: Command['kind']; position: number; generation: number }[],
  see: (before: Request, after: Request, command: Command) => void,
): Request => {
  let current = request;
  for (const { kind, position, generation } of script) {
    const command = commandOf(kind, current.tasks[position - 1], generation);
    const decided = decide(current, command);
    for (const event of decided.ok ? decided.value : []) {
      const before = current;
      current = evolve(current, event);
      see(before, current, command);
    }
  }
  return current;
};

test('whatever is reported in whatever order, requests and tasks move only along the tables', (t) => {
  fc.assert(
    fc.property(graphs, decisions, steps, (tasks, decision, script) => {
      play(aRequest(tasks, decision), script, (before, after) => {
        for (const [index, task] of before.tasks.entries()) {
          const to = after.tasks[index]?.status as TaskStatus;
          if (to !== task.status && !mayTaskMove(task.status, to)) throw new Error(`task ${task.status} -> ${to}`);
        }
        if (after.status !== before.status && !mayRequestMove(before.status, after.status))
          throw new Error(`request ${before.status} -> ${after.status}`);
      });
    }),
    { numRuns: 2_000 },
  );
  t.pass();
});

test('the state of a request is the fold of its tasks at every step', (t) => {
  fc.assert(
    fc.property(graphs, decisions, steps, (tasks, decision, script) => {
      play(aRequest(tasks, decision), script, (_, after) => {
        if (after.status !== statusOf(after.decision, after.tasks)) throw new Error(after.status);
      });
    }),
    { numRuns: 1_000 },
  );
  t.pass();
});

test('a task is never queued before everything it depends on is completed or skipped', (t) => {
  fc.assert(
    fc.property(graphs, steps, (tasks, script) => {
      play(aRequest(tasks), script, (before, after, command) => {
        if (command.kind !== 'queue') return;
        const task = before.tasks.find(({ id }) => id === command.taskId) as Task;
        if (!task.dependsOn.every((p) => ['completed', 'skipped'].includes(after.tasks[p - 1]?.status ?? '')))
          throw new Error('too early');
      });
    }),
    { numRuns: 1_000 },
  );
  t.pass();
});

test('every state of a request can be reached by decisions and tasks, and every move of the tables leads to a state', (t) => {
  const statuses = Object.keys(TASK_TRANSITIONS) as TaskStatus[];
  const all: Decision[] = [null, 'proceed', 'retrying', 'awaiting-approval', 'aborting', 'escalating', 'escalated'];
  const reached = new Set(
    all.flatMap((decision) =>
      statuses.flatMap((status) => [null, 1].map((rollbackOf) => statusOf(decision, [{ status, rollbackOf }]))),
    ),
  );
  t.deepEqual([...reached].toSorted(), Object.keys(REQUEST_TRANSITIONS).toSorted() as never);
  t.is(Object.keys(REQUEST_TRANSITIONS).length, 11);
  t.is(statuses.length, 8);
  for (const targets of Object.values(REQUEST_TRANSITIONS)) for (const to of targets) t.true(to in REQUEST_TRANSITIONS);
  for (const targets of Object.values(TASK_TRANSITIONS)) for (const to of targets) t.true(to in TASK_TRANSITIONS);
});

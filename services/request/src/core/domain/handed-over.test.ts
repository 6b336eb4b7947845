import test from 'ava';
import * as fc from 'fast-check';
import {
  A_FAILURE,
  aRecording,
  aRequest,
  aTask,
  commandOf,
  later,
  okValue,
  sha256,
  uuid,
} from '../../../test/given.ts';
import { advance, begin, brokenLink } from './audit.ts';
import { type Attempt, type Completion, decide, type Report } from './decide.ts';
import { decideByPerson, tasksToCancel } from './decisions.ts';
import { evolve } from './evolve.ts';
import { isHandedOver, type Request, type Task } from './request.ts';
import { mayRequestMove, mayTaskMove } from './transitions.ts';

/** Four tasks, one behind the other; the command of the first brings the second and the third. */
const ordered = (head: Partial<Task> = {}, decision: Request['decision'] = null): Request =>
  aRequest(
    [
      aTask({ status: 'queued', queuedAt: later(0), ...head }),
      aTask({ position: 2, dependsOn: [1], followUpOf: 1 }),
      aTask({ position: 3, dependsOn: [2], followUpOf: 1 }),
      aTask({ position: 4, dependsOn: [3] }),
    ],
    decision,
  );

/** The success of a task: begun that many seconds after all began, and done half a second later. */
const done = (position: number, attempt: Partial<Attempt> = {}): Attempt & Completion => ({
  ...{ kind: 'complete', taskId: uuid(position), generation: 1, outputs: { of: position }, ...attempt },
  ...{ startedAt: later(position * 1_000), at: later(position * 1_000 + 500) },
});

/** What is told of a task, with these completed before it. */
const told = (report: Report, ...completedBefore: readonly (Attempt & Completion)[]): Report => ({
  ...report,
  completedBefore,
});

const after = (request: Request, report: Report): Request => okValue(decide(request, report)).reduce(evolve, request);

const statuses = ({ status, tasks }: Request): string => [status, ...tasks.map((task) => task.status)].join(' ');

const startOf = (position: number): Report => commandOf('start', aTask({ position })) as Report;
const failureOf = (position: number): Report => commandOf('fail', aTask({ position })) as Report;

const rowsOf = (request: Request, report: Report) => {
  const { changes } = advance(begin(request), okValue(decide(request, report)), aRecording);
  return { changes, rows: changes.map(({ change, taskId, from, to }) => [change, taskId, from, to]) };
};

test('a report completes what was completed before it, in order, with one row for each start and each end', (t) => {
  const request = ordered();
  const report = told(done(3), done(1), done(2));
  const { changes, rows } = rowsOf(request, report);
  t.deepEqual(rows, [
    ['task-started', uuid(1), 'queued', 'processing'],
    ['request-processing', null, 'submitted', 'processing'],
    ['task-completed', uuid(1), 'processing', 'completed'],
    ['task-started', uuid(2), 'pending', 'processing'],
    ['task-completed', uuid(2), 'processing', 'completed'],
    ['task-started', uuid(3), 'pending', 'processing'],
    ['task-completed', uuid(3), 'processing', 'completed'],
  ]);
  t.is(brokenLink(request.id, changes, sha256), undefined);
  const { tasks } = after(request, report);
  t.deepEqual(
    tasks.map(({ status, outputs }) => [status, outputs]),
    [
      ['completed', { of: 1 }],
      ['completed', { of: 2 }],
      ['completed', { of: 3 }],
      ['pending', {}],
    ],
  );
});

test('the turn of a task that follows came with its start', (t) => {
  const { tasks } = after(ordered(), told(startOf(3), done(1), done(2)));
  t.like(tasks[0], { queuedAt: later(0), startedAt: later(1_000), finishedAt: later(1_500) });
  t.like(tasks[1], { queuedAt: later(2_000), startedAt: later(2_000), finishedAt: later(2_500) });
  t.like(tasks[2], { status: 'processing', queuedAt: later(0), startedAt: later(0), finishedAt: null });
});

test('whatever is told of a task that follows is taken, also that it did not succeed', (t) => {
  for (const [kind, status] of [
    ['fail', 'failed completed failed pending pending'],
    ['give-up', 'failed completed stuck pending pending'],
    ['wait', 'processing completed waiting pending pending'],
    ['park', 'processing completed waiting pending pending'],
  ] as const) {
    const report = commandOf(kind, aTask({ position: 2 })) as Report;
    t.is(statuses(after(ordered(), told(report, done(1)))), status, kind);
  }
});

test('to be queued is one row for the task whose turn has come, and none for what it brings', (t) => {
  const request = aRequest([aTask(), aTask({ position: 2, dependsOn: [1] }), aTask({ position: 3, dependsOn: [2] })]);
  const queue = { kind: 'queue', taskId: uuid(1), generation: 1, at: later(0), followUps: [2, 3] } as const;
  const progress = advance(begin(request), okValue(decide(request, queue)), aRecording);
  t.deepEqual(
    progress.changes.map(({ change, taskId }) => [change, taskId]),
    [['task-queued', uuid(1)]],
  );
  t.is(statuses(progress.request), 'submitted queued pending pending');
  t.deepEqual(
    progress.request.tasks.map(({ followUpOf }) => followUpOf),
    [null, 1, 1],
  );
});

test('what of the tasks before it is unknown, of another generation or completed already keeps nobody from hearing of the rest', (t) => {
  const strange = [done(9), done(1, { generation: 2 })];
  t.is(
    statuses(after(ordered(), told(done(2), ...strange, done(1)))),
    'processing completed completed pending pending',
  );
  const begun = after(ordered(), told(startOf(2), done(1)));
  const { rows } = rowsOf(begun, told(done(2), done(1)));
  t.deepEqual(rows, [['task-completed', uuid(2), 'processing', 'completed']]);
});

test('what is told of a task that changes nothing keeps nobody from hearing of those before it', (t) => {
  const unknown = told(done(9), done(1));
  t.is(statuses(after(ordered(), unknown)), 'processing completed pending pending pending');
  t.deepEqual(decide(after(ordered(), unknown), unknown), { ok: false, error: { kind: 'unknown-task' } });
});

test('a task that is told of twice in one report is completed once', (t) => {
  for (const report of [told(done(2), done(1), done(1)), told(done(1), done(1)), told(done(2), done(1), done(2))]) {
    const { rows } = rowsOf(ordered(), report);
    const completed = rows.filter(([change]) => change === 'task-completed').map(([, taskId]) => taskId);
    t.is(new Set(completed).size, completed.length);
  }
});

test('what is told of a task that came along counts whatever became of its head: its message comes once', (t) => {
  for (const status of ['queued', 'processing', 'waiting', 'completed', 'failed'] as const) {
    for (const report of [done(2), startOf(2), failureOf(2)]) t.true(decide(ordered({ status }), report).ok, status);
  }
  t.deepEqual(decide(ordered(), done(4)), { ok: false, error: { kind: 'not-now', status: 'pending' } });
});

test('a command that came back too often may have been begun, and what it brought with it: a late report still counts', (t) => {
  for (const reason of ['delivery-limit', 'outcome-unknown'] as const) {
    const stuck = ordered({ status: 'stuck', stuck: reason, failure: A_FAILURE, finishedAt: later(0) });
    t.is(stuck.status, 'failed');
    t.is(statuses(after(stuck, told(done(2), done(1)))), 'processing completed completed pending pending');
    const further = told(startOf(3), done(1), done(2));
    t.is(statuses(after(stuck, further)), 'processing completed completed processing pending');
  }
});

test('of what came with such a command one may still hear that it has happened when people have taken over', (t) => {
  const stuck = ordered({ status: 'stuck', stuck: 'delivery-limit', failure: A_FAILURE, finishedAt: later(0) });
  const escalate = { kind: 'escalate', at: later(0), reason: null, left: [] } as const;
  const withPeople = okValue(decideByPerson(stuck, escalate)).reduce(evolve, stuck);
  t.is(statuses(withPeople), 'escalating waiting waiting waiting waiting');
  t.is(statuses(after(withPeople, told(done(2), done(1)))), 'escalating completed completed waiting waiting');
  for (const report of [failureOf(2), startOf(2), done(4)]) t.false(decide(withPeople, report).ok);
});

const aborted = (request: Request): Request =>
  okValue(decideByPerson(request, { kind: 'abort', at: later(0), reason: null })).reduce(evolve, request);

test('an abort keeps what is handed over until its order is told of; then the rest is skipped', (t) => {
  const aborting = aborted(ordered());
  t.is(statuses(aborting), 'aborting queued pending pending skipped');
  t.deepEqual(
    tasksToCancel(aborting).map(({ position }) => position),
    [1],
    'whoever has the command answers for all of it',
  );
  const cancel = commandOf('cancel', aborting.tasks[0]) as Report;
  const begun = told(startOf(2), done(1));
  for (const [report, status] of [
    [cancel, 'aborted skipped skipped skipped skipped'],
    [done(1), 'aborted completed skipped skipped skipped'],
    [failureOf(1), 'aborted failed skipped skipped skipped'],
    [startOf(1), 'aborting processing skipped skipped skipped'],
    [begun, 'aborting completed processing skipped skipped'],
    [told(failureOf(2), done(1)), 'aborted completed failed skipped skipped'],
    [told(done(3), done(1), done(2)), 'aborted completed completed completed skipped'],
  ] as const) {
    t.is(statuses(after(aborting, report)), status);
  }
  t.is(statuses(after(after(aborting, begun), done(2))), 'aborted completed completed skipped skipped');
});

test('what is told of another task says nothing of an order', (t) => {
  const beside = aTask({ position: 3, status: 'processing' });
  const { tasks } = ordered();
  const aborting = aRequest([...tasks.slice(0, 2), beside], 'aborting');
  t.is(statuses(after(aborting, done(3))), 'aborting queued pending completed');
});

test('while nobody aborts, what is left of an order that was told of stays to be done', (t) => {
  t.is(statuses(after(ordered(), done(1))), 'processing completed pending pending pending');
});

test('an abort after the order was told of skips what was not begun at once', (t) => {
  t.is(statuses(aborted(after(ordered(), startOf(1)))), 'aborting processing skipped skipped skipped');
});

const retried = (request: Request): Request => {
  const retry = { kind: 'retry', at: later(0), reason: null, acknowledgeUnknown: true } as const;
  return okValue(decideByPerson(request, retry)).reduce(evolve, request);
};

test('a retry of a task that failed forgets the order it came with, or brought', (t) => {
  const follower = retried(after(ordered(), told(failureOf(2), done(1))));
  t.like(follower.tasks[1], { status: 'pending', generation: 2, followUpOf: null });
  const head = retried(after(ordered(), failureOf(1)));
  const queue = { kind: 'queue', taskId: uuid(1), generation: 2, at: later(0), followUps: [2] } as const;
  const again = okValue(decide(head, queue)).reduce(evolve, head);
  t.deepEqual(
    again.tasks.map((task) => isHandedOver(again, task)),
    [false, true, false, false],
  );
  t.is(again.tasks[2]?.followUpOf, null);
  t.false(decide(again, done(3)).ok);
});

test('whatever orders are given and told of, everything moves only along the tables', (t) => {
  const positions = fc.integer({ min: 1, max: 5 });
  const step = fc.record({
    kind: fc.constantFrom('queue', 'queue', 'start', 'complete', 'fail', 'give-up', 'park', 'cancel', 'retry', 'abort'),
    position: positions,
    others: fc.array(positions, { maxLength: 4 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (script) => {
      let current = aRequest([1, 2, 3, 4, 5].map((n) => aTask({ position: n, dependsOn: n === 1 ? [] : [n - 1] })));
      for (const { kind, position, others } of script) {
        const decided =
          kind === 'retry' || kind === 'abort'
            ? decideByPerson(current, { kind, at: later(0), reason: null, acknowledgeUnknown: true })
            : decide(current, withOthers(current, { kind, position, others }));
        for (const event of decided.ok ? decided.value : []) {
          const before = current;
          current = evolve(current, event);
          check(before, current);
        }
      }
    }),
    { numRuns: 2_000 },
  );
  t.pass();
});

interface Scripted {
  readonly kind: 'queue' | 'start' | 'complete' | 'fail' | 'give-up' | 'park' | 'cancel';
  readonly position: number;
  readonly others: readonly number[];
}

const withOthers = ({ tasks }: Request, { kind, position, others }: Scripted) => {
  const generationOf = (at: number): number => tasks[at - 1]?.generation ?? 1;
  const command = commandOf(kind, tasks[position - 1], generationOf(position));
  if (command.kind === 'queue') return { ...command, followUps: others.filter((other) => other > position) };
  return { ...command, completedBefore: others.map((other) => done(other, { generation: generationOf(other) })) };
};

const check = (before: Request, now: Request): void => {
  if (before.status !== now.status && !mayRequestMove(before.status, now.status))
    throw new Error(`request ${before.status} -> ${now.status}`);
  for (const [index, { status }] of now.tasks.entries()) {
    const was = before.tasks[index]?.status ?? status;
    if (was !== status && !mayTaskMove(was, status)) throw new Error(`task ${was} -> ${status}`);
  }
};

import test from 'ava';
import * as fc from 'fast-check';
import { endOf, leadTimeOf, SEGMENTS, type TimedChange } from './lead-time.ts';

const ZERO = Date.parse('2026-01-01T00:00:00Z');
const at = (seconds: number): Date => new Date(ZERO + seconds * 1_000);

const ofTask = (seconds: number, taskId: string, to: string): TimedChange => ({
  at: at(seconds),
  taskId,
  change: `task-${to}`,
  to,
});
const ofRequest = (seconds: number, to: string): TimedChange => ({
  at: at(seconds),
  taskId: null,
  change: `request-${to}`,
  to,
});

const spent = (
  changes: readonly TimedChange[],
  until: number,
  tasks: Parameters<typeof leadTimeOf>[0]['tasks'] = [],
) => {
  const leadTime = leadTimeOf({ createdAt: at(0), changes, tasks }, at(until));
  return Object.fromEntries(Object.entries(leadTime).flatMap(([name, ms]) => (ms > 0 ? [[name, ms / 1_000]] : [])));
};

test('a request that runs through is in the queue until an executor is at it', (t) => {
  const changes = [
    ofRequest(0, 'submitted'),
    ofTask(0, 'a', 'queued'),
    ofTask(2, 'a', 'processing'),
    ofRequest(2, 'processing'),
    ofTask(7, 'a', 'completed'),
    ofTask(7, 'b', 'queued'),
    ofTask(8, 'b', 'processing'),
    ofTask(10, 'b', 'completed'),
    ofRequest(10, 'completed'),
  ];
  t.deepEqual(spent(changes, 10), { queue: 3, automation: 7, total: 10 });
  t.deepEqual(endOf(changes), { outcome: 'completed', at: at(10) });
  t.is(endOf(changes.slice(0, -1)), undefined);
});

test('a task that waits for a decision about what it would do is with people until there is one', (t) => {
  const awaits = { ...ofTask(2, 'a', 'waiting'), change: 'task-awaits-approval' };
  const changes = [
    ofRequest(0, 'submitted'),
    ofTask(0, 'a', 'processing'),
    awaits,
    { ...ofTask(10, 'a', 'waiting'), change: 'task-plan-approved' },
    ofTask(13, 'a', 'completed'),
    ofRequest(13, 'completed'),
  ];
  t.deepEqual(spent(changes, 13), { automation: 2, human: 8, waiting: 3, total: 13 });
});

test('approval, the outer world and people have their own', (t) => {
  const changes = [
    ofRequest(0, 'awaiting-approval'),
    { at: at(3), taskId: null, change: 'approval-given', to: 'approved' },
    ofRequest(5, 'processing'),
    ofTask(6, 'a', 'processing'),
    ofTask(8, 'a', 'waiting'),
    ofTask(20, 'a', 'failed'),
    ofRequest(20, 'failed'),
    ofTask(50, 'a', 'pending'),
    ofRequest(50, 'retrying'),
    ofTask(51, 'a', 'processing'),
    ofTask(55, 'a', 'completed'),
    ofRequest(55, 'completed'),
  ];
  t.deepEqual(spent(changes, 55), { approval: 5, queue: 2, automation: 6, waiting: 12, human: 30, total: 55 });
});

test('what overlaps counts once: a person before the outer world, that before an executor, that before the queue', (t) => {
  const changes = [
    ofTask(0, 'a', 'queued'),
    ofTask(1, 'b', 'processing'),
    ofTask(2, 'c', 'waiting'),
    ofTask(4, 'd', 'failed'),
    ofRequest(4, 'failed'),
  ];
  t.deepEqual(spent(changes, 10), { queue: 1, automation: 1, waiting: 2, human: 6, total: 10 });
});

test('a task that was too short to be seen running still was at work, by its own times', (t) => {
  const changes = [
    ofTask(1, 'a', 'queued'),
    ofTask(9, 'a', 'processing'),
    ofTask(9, 'a', 'completed'),
    ofRequest(9, 'completed'),
  ];
  const times = { id: 'a', startedAt: at(3), finishedAt: at(8) };
  t.deepEqual(spent(changes, 9, [times]), { queue: 4, automation: 5, total: 9 });
  const wrongClock = { id: 'a', startedAt: at(-100), finishedAt: at(900) };
  t.deepEqual(spent(changes, 9, [wrongClock]), { queue: 1, automation: 8, total: 9 });
});

test('the segments add up to the total, whatever the audit says', (t) => {
  const statuses = [
    'submitted',
    'awaiting-approval',
    'processing',
    'waiting',
    'failed',
    'stuck',
    'queued',
    'completed',
    'aborting',
    'aborted',
    'escalated',
  ];
  const change = fc.record({
    at: fc.integer({ min: -50, max: 150 }).map(at),
    taskId: fc.constantFrom(null, 'a', 'b', 'c'),
    change: fc.constant('x'),
    to: fc.constantFrom(...statuses),
  });
  const time = fc.option(fc.integer({ min: -50, max: 150 }).map(at), { nil: null });
  const tasks = fc.tuple(time, time).map(([startedAt, finishedAt]) => [{ id: 'a', startedAt, finishedAt }]);
  fc.assert(
    fc.property(
      fc.array(change, { maxLength: 30 }),
      tasks,
      fc.integer({ min: -5, max: 100 }),
      (changes, times, until) => {
        const leadTime = leadTimeOf({ createdAt: at(0), changes, tasks: times }, at(until));
        const sum = SEGMENTS.reduce((total, segment) => total + leadTime[segment], 0);
        if (sum !== leadTime.total || SEGMENTS.some((segment) => leadTime[segment] < 0))
          throw new Error(JSON.stringify(leadTime));
      },
    ),
    { numRuns: 2_000 },
  );
  t.pass();
});

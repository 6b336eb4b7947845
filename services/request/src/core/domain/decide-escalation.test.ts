import test from 'ava';
import * as fc from 'fast-check';
import { A_FAILURE, AT, aChain, aRecording, aRequest, aTask, commandOf, okValue, sha256 } from '../../../test/given.ts';
import { advance, begin, brokenLink } from './audit.ts';
import { type Command, decide } from './decide.ts';
import { type DecisionKind, decideByPerson, isSameDecision, type RequestDecision } from './decisions.ts';
import { evolve } from './evolve.ts';
import type { Request, Task } from './request.ts';
import { statusOf } from './status.ts';
import { mayRequestMove, mayTaskMove } from './transitions.ts';

const because = { at: AT, reason: 'because' };

const decisionOf = (kind: DecisionKind, task?: Task): RequestDecision => {
  switch (kind) {
    case 'retry':
      return { kind, ...because, acknowledgeUnknown: true };
    case 'rollback':
      return { kind, ...because, acknowledgeUnknown: true, undos: [] };
    case 'escalate':
      return { kind, ...because, left: [] };
    case 'complete-task':
      return { kind, ...because, taskId: task?.id ?? 'nobody', outputs: { url: 'y' }, needed: [] };
    case 'abort':
    case 'resume':
      return { kind, ...because };
    default:
      return kind satisfies never;
  }
};

const after = (request: Request, decision: RequestDecision): Request =>
  okValue(decideByPerson(request, decision)).reduce(evolve, request);

const told = (request: Request): string =>
  [request.status, ...request.tasks.map(({ status, generation }) => `${status}${generation}`)].join(' ');

const stuck = { status: 'stuck', stuck: 'outcome-unknown', failure: A_FAILURE } as const;

/** The first task is completed, the second is stuck, the others are yet to come. */
const stopped = (): Request =>
  aRequest([
    aTask({ status: 'completed' }),
    aTask({ position: 2, dependsOn: [1], ...stuck, queuedAt: AT, startedAt: AT, finishedAt: AT }),
    aTask({ position: 3, dependsOn: [2] }),
    aTask({ position: 4, dependsOn: [3] }),
  ]);

const escalated = (): Request => {
  const escalating = after(stopped(), decisionOf('escalate'));
  return evolve(escalating, { kind: 'request-escalated', at: AT, tickets: [] });
};

test('an escalation leaves to people what is not over, and keeps why it had failed', (t) => {
  const next = after(stopped(), decisionOf('escalate'));
  t.is(told(next), 'escalating completed1 waiting1 waiting1 waiting1');
  t.is(next.escalationRound, 1);
  t.like(next.tasks[1], { failure: A_FAILURE, stuck: 'outcome-unknown', startedAt: AT, ticket: null });
});

test('nothing is handed to people that an executor may be at', (t) => {
  for (const status of ['queued', 'processing', 'waiting'] as const) {
    const request = aRequest([aTask(stuck), aTask({ position: 2, status })]);
    t.deepEqual(decideByPerson(request, decisionOf('escalate')), {
      ok: false,
      error: { kind: 'under-way', tasks: [request.tasks[1]] },
    });
  }
});

test('what its condition leaves out is skipped, and told why', (t) => {
  const request = stopped();
  const left = [{ position: 4, reason: 'its condition says no: x' }];
  const decision: RequestDecision = { kind: 'escalate', ...because, left };
  t.is(told(after(request, decision)), 'escalating completed1 waiting1 waiting1 skipped1');
  const { changes } = advance(begin(request), okValue(decideByPerson(request, decision)), aRecording);
  t.deepEqual(
    changes.map(({ change, from, to, reason }) => [change, from, to, reason]),
    [
      ['task-escalated', 'stuck', 'waiting', null],
      ['task-escalated', 'pending', 'waiting', null],
      ['task-skipped', 'pending', 'skipped', 'its condition says no: x'],
      ['request-escalating', 'failed', 'escalating', 'because'],
    ],
  );
  t.is(brokenLink(request.id, changes, sha256), undefined);
});

test('a request is given back only once people have completed what had failed; then the rest runs in its next generation', (t) => {
  const request = escalated();
  const refused = decideByPerson(request, decisionOf('resume'));
  t.deepEqual(refused, { ok: false, error: { kind: 'unsettled', tasks: [request.tasks[1]] } });
  const settled = after(request, decisionOf('complete-task', request.tasks[1]));
  t.is(told(settled), 'escalated completed1 completed1 waiting1 waiting1');
  t.like(settled.tasks[1], { outputs: { url: 'y' }, failure: null, stuck: null, finishedAt: AT });
  const resumed = after(settled, decisionOf('resume'));
  t.is(told(resumed), 'processing completed1 completed1 pending2 pending2');
});

test('with its last task completed by hand an escalated request is completed', (t) => {
  const done = [1, 2, 3].reduce((request, index) => {
    return after(request, decisionOf('complete-task', request.tasks[index]));
  }, escalated());
  t.is(told(done), 'completed completed1 completed1 completed1 completed1');
});

test('a failed request goes on by itself once the last of its failed tasks is completed by hand', (t) => {
  const request = aRequest(
    [aTask({ ...stuck }), aTask({ position: 2, status: 'failed', failure: A_FAILURE }), aTask({ position: 3 })],
    'retrying',
  );
  const first = after(request, decisionOf('complete-task', request.tasks[0]));
  t.is(told(first), 'failed completed1 failed1 pending1');
  const both = after(first, decisionOf('complete-task', first.tasks[1]));
  t.is(told(both), 'processing completed1 completed1 pending1');
});

test('only what failed, is stuck or waits for people is completed by hand', (t) => {
  const request = stopped();
  for (const task of [request.tasks[0], request.tasks[2]]) {
    const decided = decideByPerson(request, decisionOf('complete-task', task));
    t.deepEqual(decided, { ok: false, error: { kind: 'not-open', task: task as Task } });
  }
  t.deepEqual(decideByPerson(request, decisionOf('complete-task')), { ok: false, error: { kind: 'unknown-task' } });
});

test('of what was stuck when people took it over a late success counts, a late failure does not, and nothing of the rest', (t) => {
  const request = escalated();
  const late = (kind: Command['kind'], index: number) => decide(request, commandOf(kind, request.tasks[index]));
  t.is(told(okValue(late('complete', 1)).reduce(evolve, request)), 'escalated completed1 completed1 waiting1 waiting1');
  for (const kind of ['fail', 'give-up', 'start', 'cancel', 'queue'] as const) t.false(late(kind, 1).ok);
  for (const kind of ['complete', 'fail', 'start', 'queue', 'skip', 'refuse'] as const) t.false(late(kind, 2).ok);
});

test('that its tickets are open is nobody’s decision, that somebody resumed it is', (t) => {
  const escalating = after(stopped(), decisionOf('escalate'));
  t.true(isSameDecision(escalating, escalated()));
  t.false(isSameDecision(stopped(), escalating));
  const settled = after(escalated(), decisionOf('complete-task', escalated().tasks[1]));
  t.false(isSameDecision(settled, after(settled, decisionOf('resume'))));
});

const REPORTS: readonly Command['kind'][] = [
  'start',
  'complete',
  'fail',
  'give-up',
  'queue',
  'queue',
  'cancel',
  'skip',
];
const DECIDED: readonly DecisionKind[] = [
  'retry',
  'abort',
  'escalate',
  'escalate',
  'resume',
  'complete-task',
  'complete-task',
];

const isDecision = (kind: string): kind is DecisionKind => (DECIDED as readonly string[]).includes(kind);

test('whatever people decide and machines report in whatever order, everything moves only along the tables', (t) => {
  const step = fc.record({
    kind: fc.constantFrom<Command['kind'] | DecisionKind | 'opened'>(...REPORTS, ...DECIDED, 'opened'),
    position: fc.integer({ min: 1, max: 4 }),
  });
  let resumes = 0;
  // Few scripts lead from nothing to a handover that is over: half of them begin with one.
  const lengths = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 4 }));
  fc.assert(
    fc.property(lengths, fc.array(step, { maxLength: 60 }), (length, script) => {
      let current = length === 0 ? escalated() : aRequest(aChain(length));
      for (const { kind, position } of script) {
        const task = current.tasks[position - 1];
        for (const event of eventsOf(current, kind, task)) {
          const before = current;
          current = evolve(current, event);
          check(before, current);
          if (event.kind === 'request-resume') resumes += 1;
        }
      }
    }),
    { numRuns: 4_000 },
  );
  t.true(resumes > 10);
});

const eventsOf = (request: Request, kind: Command['kind'] | DecisionKind | 'opened', task: Task | undefined) => {
  if (kind === 'opened')
    return request.status === 'escalating' ? [{ kind: 'request-escalated', at: AT, tickets: [] } as const] : [];
  const decided = isDecision(kind)
    ? decideByPerson(request, decisionOf(kind, task))
    : decide(request, commandOf(kind, task, task?.generation));
  return decided.ok ? decided.value : [];
};

const check = (before: Request, now: Request): void => {
  if (now.status !== statusOf(now.decision, now.tasks)) throw new Error('not the fold of its tasks');
  if (before.status !== now.status && !mayRequestMove(before.status, now.status))
    throw new Error(`request ${before.status} -> ${now.status}`);
  for (const [index, { status, generation }] of now.tasks.entries()) {
    const was = before.tasks[index] as Task;
    if (was.status !== status && !mayTaskMove(was.status, status)) throw new Error(`task ${was.status} -> ${status}`);
    if (was.generation > generation) throw new Error('a generation fell');
    if (was.status === 'completed' && status !== 'completed') throw new Error('what was done was undone');
  }
};

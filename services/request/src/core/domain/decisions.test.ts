import test from 'ava';
import * as fc from 'fast-check';
import { A_FAILURE, AT, aChain, aRecording, aRequest, aTask, commandOf, okValue, sha256 } from '../../../test/given.ts';
import { advance, begin, brokenLink, linkText } from './audit.ts';
import { type Command, decide } from './decide.ts';
import { DECISIONS, decideByPerson, isSameDecision, type RequestDecision } from './decisions.ts';
import { evolve } from './evolve.ts';
import type { Request, Task } from './request.ts';
import { mayRequestMove, mayTaskMove, REQUEST_TRANSITIONS, type RequestStatus } from './transitions.ts';

type Kind = 'retry' | 'abort';

const decisionOf = (kind: Kind, acknowledgeUnknown = false): RequestDecision =>
  kind === 'retry' ? { kind, at: AT, reason: 'because', acknowledgeUnknown } : { kind, at: AT, reason: 'because' };

const after = (request: Request, decision: RequestDecision): Request =>
  okValue(decideByPerson(request, decision)).reduce(evolve, request);

const statuses = (request: Request): readonly string[] => request.tasks.map(({ status }) => status);

const two = (first: Partial<Task>, second: Partial<Task> = {}): readonly Task[] => [
  aTask(first),
  aTask({ position: 2, dependsOn: [1], ...second }),
];

/** A request in each state, and what each decision makes of it; undefined: it is refused. */
const EXAMPLES: Readonly<Record<RequestStatus, { request: Request; retry?: string; abort?: string }>> = {
  submitted: { request: aRequest(two({ status: 'queued' })), abort: 'aborting queued skipped' },
  'awaiting-approval': { request: aRequest(two({}), 'awaiting-approval'), abort: 'aborted skipped skipped' },
  processing: { request: aRequest(two({ status: 'processing' })), abort: 'aborting processing skipped' },
  failed: {
    request: aRequest(two({ status: 'failed', failure: A_FAILURE })),
    retry: 'retrying pending pending',
    abort: 'aborted skipped skipped',
  },
  retrying: {
    request: aRequest(two({ status: 'queued', generation: 2 }), 'retrying'),
    abort: 'aborting queued skipped',
  },
  'rolling-back': {
    request: aRequest([...two({ status: 'completed' }, { status: 'skipped' }), aTask({ position: 3, rollbackOf: 1 })]),
    abort: 'aborted completed skipped skipped',
  },
  aborting: { request: aRequest(two({ status: 'queued' }, { status: 'skipped' }), 'aborting') },
  aborted: { request: aRequest(two({ status: 'skipped' }, { status: 'skipped' }), 'aborting') },
  escalating: {
    request: aRequest(two({ status: 'waiting', failure: A_FAILURE }, { status: 'waiting' }), 'escalating'),
    abort: 'aborted skipped skipped',
  },
  escalated: {
    request: aRequest(two({ status: 'completed' }, { status: 'waiting' }), 'escalated'),
    abort: 'aborted completed skipped',
  },
  completed: { request: aRequest([aTask({ status: 'completed' })]) },
};

for (const [status, { request, ...expected }] of Object.entries(EXAMPLES)) {
  for (const kind of ['retry', 'abort'] as const) {
    const becomes = expected[kind];
    test(`${kind} of a request that is ${status} ${becomes === undefined ? 'is refused' : `gives ${becomes}`}`, (t) => {
      t.is(request.status, status as RequestStatus);
      const decided = decideByPerson(request, decisionOf(kind));
      if (becomes !== undefined) {
        const next = after(request, decisionOf(kind));
        return t.is([next.status, ...statuses(next)].join(' '), becomes);
      }
      const possible = DECISIONS[request.status];
      return t.deepEqual(decided, { ok: false, error: { kind: 'not-possible', status: request.status, possible } });
    });
  }
}

test('a retry raises the generation of what failed, forgets why, and keeps what is completed as it was', (t) => {
  const completed = aTask({ status: 'completed', outputs: { url: 'x' }, finishedAt: AT });
  const failed = aTask({
    position: 2,
    status: 'failed',
    failure: A_FAILURE,
    queuedAt: AT,
    startedAt: AT,
    finishedAt: AT,
  });
  const lost = aTask({ position: 3, status: 'stuck', stuck: 'delivery-limit', failure: A_FAILURE, generation: 4 });
  const request = aRequest([completed, failed, lost, aTask({ position: 4 })]);
  const next = after(request, decisionOf('retry'));
  t.is(next.tasks[0], completed);
  t.deepEqual(next.tasks[1], aTask({ position: 2, generation: 2 }));
  t.deepEqual(next.tasks[2], aTask({ position: 3, generation: 5 }));
  t.is(next.tasks[3], request.tasks[3]);
});

test('what may have happened already is run again only for who says so', (t) => {
  const request = aRequest(two({ status: 'stuck', stuck: 'outcome-unknown', failure: A_FAILURE }));
  t.deepEqual(decideByPerson(request, decisionOf('retry')), {
    ok: false,
    error: { kind: 'acknowledgement-needed', tasks: [request.tasks[0]] },
  });
  t.is(after(request, decisionOf('retry', true)).status, 'retrying');
});

test('an abort of a failed request waits for what else is under way, and keeps what is known of the failure', (t) => {
  const tasks = [
    aTask({ status: 'stuck', stuck: 'outcome-unknown', failure: A_FAILURE }),
    aTask({ position: 2, status: 'processing' }),
    aTask({ position: 3, status: 'completed' }),
  ];
  const next = after(aRequest(tasks), decisionOf('abort'));
  t.deepEqual([next.status, ...statuses(next)], ['aborting', 'skipped', 'processing', 'completed']);
  t.like(next.tasks[0], { stuck: 'outcome-unknown', failure: A_FAILURE, finishedAt: AT });
});

test('an abort ends with the last answer, whatever each answer is', (t) => {
  const tasks = [aTask({ status: 'queued' }), aTask({ position: 2, status: 'processing' }), aTask({ position: 3 })];
  const aborting = after(aRequest(tasks), decisionOf('abort'));
  for (const kind of ['complete', 'fail', 'give-up'] as const) {
    const cancelled = okValue(decide(aborting, commandOf('cancel', aborting.tasks[0]))).reduce(evolve, aborting);
    t.deepEqual([cancelled.status, ...statuses(cancelled)], ['aborting', 'skipped', 'processing', 'skipped']);
    const ended = okValue(decide(cancelled, commandOf(kind, cancelled.tasks[1]))).reduce(evolve, cancelled);
    t.is(ended.status, 'aborted');
    t.not(ended.tasks[1]?.status, 'skipped');
  }
});

test('nobody but an abort cancels, and never what has started', (t) => {
  for (const decision of [null, 'retrying', 'escalated'] as const) {
    const request = aRequest([aTask({ status: 'queued' })], decision);
    t.false(decide(request, commandOf('cancel', request.tasks[0])).ok);
  }
  const started = aRequest([aTask({ status: 'processing' })], 'aborting');
  t.false(decide(started, commandOf('cancel', started.tasks[0])).ok);
});

test('reports change what was decided on, decisions change what is decided', (t) => {
  const failed = aRequest(two({ status: 'failed', failure: A_FAILURE }));
  const again = after(failed, decisionOf('retry'));
  t.true(isSameDecision(failed, { ...failed, version: 9, updatedAt: new Date(0) }));
  t.false(isSameDecision(failed, again));
  t.false(isSameDecision(failed, after(failed, decisionOf('abort'))));
  // Retried and failed again meanwhile: nobody who saw the first failure has decided about the second.
  const failedAgain = { ...again, tasks: again.tasks.with(0, { ...failed.tasks[0], generation: 2 } as Task) };
  t.false(isSameDecision({ ...failed, decision: 'retrying' }, failedAgain));
});

test('the audit says who decided, why, and with which generation tasks run again; the chain covers it', (t) => {
  const request = aRequest(two({ status: 'failed', failure: A_FAILURE }));
  const events = okValue(decideByPerson(request, decisionOf('retry')));
  const { changes } = advance(begin(request), events, aRecording);
  t.deepEqual(
    changes.map(({ change, from, to, actor, reason, generation }) => [change, from, to, actor, reason, generation]),
    [
      ['task-retried', 'failed', 'pending', 'dev@example.test', null, 2],
      ['request-retrying', 'failed', 'retrying', 'dev@example.test', 'because', null],
    ],
  );
  t.is(brokenLink(request.id, changes, sha256), undefined);
  const altered = changes.map((row) => ({ ...row, reason: row.reason && 'another' }));
  t.is(brokenLink(request.id, altered, sha256), 2);
  const raised = changes.map((row) => ({ ...row, generation: row.generation && 3 }));
  t.is(brokenLink(request.id, raised, sha256), 1);
});

test('rows from before there were reasons and generations verify as they did', (t) => {
  const detail = { reason: null, generation: null };
  const row = {
    sequence: 1,
    at: AT,
    actor: 'executor',
    change: 'task-failed',
    taskId: 't',
    from: 'queued',
    to: 'failed',
  };
  t.is(
    linkText('r', '', { ...row, correlationId: 'c', traceId: null, ...detail }),
    '["","r",1,"2026-11-20T12:00:00.000Z","executor","task-failed","t","queued","failed","c",null]',
  );
});

test('whatever people decide between whatever reports, everything moves only along the tables', (t) => {
  const reports: Command['kind'][] = ['start', 'complete', 'fail', 'give-up', 'queue', 'queue', 'cancel', 'skip'];
  const step = fc.record({
    kind: fc.constantFrom<Command['kind'] | Kind>(...reports, ...reports, 'retry', 'abort'),
    position: fc.integer({ min: 1, max: 4 }),
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 40 }), (length, script) => {
      let current = aRequest(aChain(length));
      for (const { kind, position } of script) {
        const task = current.tasks[position - 1];
        const decided =
          kind === 'retry' || kind === 'abort'
            ? decideByPerson(current, decisionOf(kind, true))
            : decide(current, commandOf(kind, task, task?.generation));
        for (const event of decided.ok ? decided.value : []) {
          const before = current;
          current = evolve(current, event);
          check(before, current);
        }
      }
    }),
    { numRuns: 3_000 },
  );
  t.is(Object.keys(EXAMPLES).length, Object.keys(REQUEST_TRANSITIONS).length);
});

const check = (before: Request, now: Request): void => {
  if (before.status !== now.status && !mayRequestMove(before.status, now.status))
    throw new Error(`request ${before.status} -> ${now.status}`);
  for (const [index, { status, generation }] of now.tasks.entries()) {
    const was = before.tasks[index] as Task;
    if (was.status !== status && !mayTaskMove(was.status, status)) throw new Error(`task ${was.status} -> ${status}`);
    if (was.generation > generation) throw new Error('a generation fell');
    if (now.decision === 'aborting' && status === 'queued' && was.status !== 'queued') throw new Error('begun anew');
  }
};

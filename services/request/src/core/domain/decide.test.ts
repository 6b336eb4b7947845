import test from 'ava';
import { A_FAILURE, AT, aRequest, aTask, commandOf, okValue } from '../../../test/given.ts';
import { type Command, decide, isDue } from './decide.ts';
import { evolve } from './evolve.ts';
import type { Task } from './request.ts';
import { isFinal } from './transitions.ts';

test('nothing changes a request that has ended, and nothing changes a completed or skipped task', (t) => {
  const ended = [
    aRequest([aTask({ status: 'completed' })]),
    aRequest([aTask({ status: 'skipped' })], 'aborting'),
    aRequest([aTask({ status: 'stuck', failure: A_FAILURE })], 'aborting'),
  ];
  const every: Command['kind'][] = ['start', 'complete', 'fail', 'give-up', 'queue', 'skip', 'refuse', 'cancel'];
  for (const request of ended) {
    t.true(isFinal(request.status));
    for (const kind of every)
      t.deepEqual(decide(request, commandOf(kind, request.tasks[0], 1)), {
        ok: false,
        error: { kind: 'request-ended' },
      });
  }
  for (const status of ['completed', 'skipped'] as const) {
    const request = aRequest([aTask({ status }), aTask({ position: 2 })]);
    for (const kind of every) t.false(decide(request, commandOf(kind, request.tasks[0], 1)).ok, `${status} ${kind}`);
  }
});

test('a report that is repeated is refused the second time', (t) => {
  for (const kind of ['start', 'complete', 'fail', 'give-up'] as const) {
    const request = aRequest([aTask({ status: 'queued' }), aTask({ position: 2 })]);
    const command = commandOf(kind, request.tasks[0], 1);
    const first = decide(request, command);
    const after = (first.ok ? first.value : []).reduce(evolve, request);
    t.true(first.ok);
    t.false(decide(after, command).ok, kind);
  }
});

test('a late success settles a stuck task, and the request goes on', (t) => {
  const request = aRequest([
    aTask({ status: 'stuck', stuck: 'outcome-unknown', failure: A_FAILURE }),
    aTask({ position: 2, dependsOn: [1] }),
  ]);
  t.is(request.status, 'failed');
  const after = okValue(decide(request, commandOf('complete', request.tasks[0], 1))).reduce(evolve, request);
  t.is(after.status, 'processing');
  t.like(after.tasks[0], { status: 'completed', stuck: null, failure: null, outputs: { url: 'x' } });
  t.true(isDue(after, after.tasks[1] as Task));
});

test('that a task waited is no news once it was given up: only what was said later counts', (t) => {
  const stuckAt = (at: Date) =>
    aRequest([aTask({ status: 'stuck', stuck: 'outcome-unknown', failure: A_FAILURE, finishedAt: at })]);
  const given = stuckAt(new Date(AT.getTime() + 1));
  t.deepEqual(decide(given, commandOf('park', given.tasks[0], 1)), {
    ok: false,
    error: { kind: 'not-now', status: 'stuck' },
  });
  const before = stuckAt(new Date(AT.getTime() - 1));
  const after = okValue(decide(before, commandOf('park', before.tasks[0], 1))).reduce(evolve, before);
  t.is(after.tasks[0]?.status, 'waiting');
});

test('a late success of one stuck task leaves the request failed while another task has failed', (t) => {
  const request = aRequest([aTask({ status: 'stuck' }), aTask({ position: 2, status: 'failed' })]);
  const after = okValue(decide(request, commandOf('complete', request.tasks[0], 1))).reduce(evolve, request);
  t.is(after.status, 'failed');
});

test('a success does not undo a failure that is certain', (t) => {
  const request = aRequest([aTask({ status: 'failed' })]);
  t.deepEqual(decide(request, commandOf('complete', request.tasks[0], 1)), {
    ok: false,
    error: { kind: 'not-now', status: 'failed' },
  });
});

test('a report of another generation is refused, with the one that counts', (t) => {
  const request = aRequest([aTask({ status: 'queued', generation: 2 })]);
  t.deepEqual(decide(request, commandOf('complete', request.tasks[0], 1)), {
    ok: false,
    error: { kind: 'other-generation', generation: 2 },
  });
});

test('a retry is processing as soon as its task has started', (t) => {
  const request = aRequest([aTask({ status: 'queued' })], 'retrying');
  t.is(request.status, 'retrying');
  const after = okValue(decide(request, commandOf('start', request.tasks[0], 1))).reduce(evolve, request);
  t.is(after.status, 'processing');
  t.is(after.decision, 'proceed');
});

test('nothing new is queued while the request has failed or is held by a person', (t) => {
  const tasks = [aTask({ status: 'failed' }), aTask({ position: 2 })];
  t.false(decide(aRequest(tasks), commandOf('queue', tasks[1], 1)).ok);
  for (const decision of ['awaiting-approval', 'aborting', 'escalating', 'escalated'] as const) {
    const held = aRequest([aTask()], decision);
    t.false(decide(held, commandOf('queue', held.tasks[0], 1)).ok, decision);
  }
});

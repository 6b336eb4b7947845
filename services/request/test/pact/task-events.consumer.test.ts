import { Matchers } from '@pact-foundation/pact';
import {
  type ExecutorAnnouncedV1,
  executorAnnouncedV1,
  taskCancelledV1,
  taskFailedV1,
  taskProgressedV1,
  taskStartedV1,
  taskStuckV1,
  taskSucceededV1,
  taskWaitingV1,
} from '@pao/contracts';
import test from 'ava';
import { aTask, uuid } from '../given.ts';
import { afterNews, draft, ENDED, event, STARTED, TASK, taken, time } from './task-news.ts';

const { eachValueMatches, integer, like, string } = Matchers;

const FIRST = uuid(2);

/** The command of the first brought the task with it. */
const BEHIND = [
  aTask({ id: FIRST, status: 'queued' }),
  aTask({ id: TASK, position: 2, dependsOn: [1], followUpOf: 1 }),
];

const failure = { code: string('HTTP_422'), message: string('the target refused the call') };

test.serial('a start is recorded', async (t) => {
  const { request, task } = await afterNews({
    description: 'the news that a task has been under way for a moment',
    type: taskStartedV1.type,
    data: { startedAt: time(STARTED) },
  });
  t.is(request.status, 'processing');
  t.like(task, { status: 'processing', startedAt: new Date(STARTED) });
});

test.serial('a success completes the task with its outputs', async (t) => {
  const { request, task } = await afterNews({
    description: 'the news that a task succeeded',
    type: taskSucceededV1.type,
    data: {
      outputs: eachValueMatches({ endpoint: 'db.example' }, like('db.example')),
      startedAt: time(STARTED),
      finishedAt: time(ENDED),
    },
  });
  t.is(request.status, 'completed');
  t.like(task, {
    status: 'completed',
    outputs: { endpoint: 'db.example' },
    startedAt: new Date(STARTED),
    finishedAt: new Date(ENDED),
  });
});

test.serial('a success right behind another completes both', async (t) => {
  const success = { startedAt: time(STARTED), finishedAt: time(ENDED) };
  const outputs = (example: string) => eachValueMatches({ endpoint: example }, like(example));
  const first = { taskId: Matchers.uuid(FIRST), generation: integer(1), outputs: outputs('db.example'), ...success };
  const { request, task } = await afterNews({
    description: 'the news that a task succeeded right behind another',
    type: taskSucceededV1.type,
    data: { ...success, outputs: outputs('app.example'), completedBefore: [first] },
    tasks: BEHIND,
  });
  t.is(request.status, 'completed');
  const times = { startedAt: new Date(STARTED), finishedAt: new Date(ENDED) };
  t.like(request.tasks[0], { id: FIRST, status: 'completed', outputs: { endpoint: 'db.example' }, ...times });
  t.like(task, { status: 'completed', outputs: { endpoint: 'app.example' }, ...times });
});

test.serial('a failure stops the request, with its reason', async (t) => {
  const { request, task } = await afterNews({
    description: 'the news that a task failed',
    type: taskFailedV1.type,
    data: { failure, startedAt: time(STARTED), finishedAt: time(ENDED) },
  });
  t.is(request.status, 'failed');
  t.like(task, {
    status: 'failed',
    failure: { code: 'HTTP_422', message: 'the target refused the call' },
    stuck: null,
    finishedAt: new Date(ENDED),
  });
});

test.serial('an unknown outcome stops the request and is marked as such', async (t) => {
  const { request, task } = await afterNews({
    description: 'the news that nobody knows how a task ended',
    type: taskStuckV1.type,
    data: { reason: 'outcome-unknown', failure, detectedAt: time(ENDED) },
  });
  t.is(request.status, 'failed');
  t.like(task, {
    status: 'stuck',
    stuck: 'outcome-unknown',
    failure: { code: 'HTTP_422', message: 'the target refused the call' },
  });
});

test.serial('a task that waits for people shows its ticket', async (t) => {
  const { request, task } = await afterNews({
    description: 'the news that a task waits for its ticket',
    type: taskWaitingV1.type,
    data: {
      waitingFor: {
        kind: 'ticket',
        system: string('jira'),
        instance: string('default'),
        key: string('PLAT-1'),
        url: string('https://jira.example/browse/PLAT-1'),
        id: string('10001'),
        fields: like({}),
      },
      outputs: eachValueMatches({ key: 'PLAT-1' }, like('PLAT-1')),
      startedAt: time(STARTED),
      since: time(ENDED),
    },
  });
  t.is(request.status, 'processing');
  const ticket = { key: 'PLAT-1', url: 'https://jira.example/browse/PLAT-1' };
  t.like(task, { status: 'waiting', outputs: { key: 'PLAT-1' }, ticket, finishedAt: null });
});

const outside = { what: string('the run of deploy.yml'), until: time('2026-11-20T13:00:00.000Z') };
const parks: readonly [string, string, object][] = [
  ['a run', 'check', {}],
  ['a callback', 'callback', {}],
  ['a decision', 'approval', { details: string('1 to add') }],
];

for (const [name, kind, more] of parks) {
  test.serial(`a task that waits for ${name} shows what it waits for`, async (t) => {
    const { request, task } = await afterNews({
      description: `the news that a task waits for ${name}`,
      type: taskWaitingV1.type,
      data: {
        waitingFor: { kind, ...outside, ...more },
        outputs: like({}),
        startedAt: time(STARTED),
        since: time(ENDED),
      },
    });
    t.is(request.status, 'processing');
    t.like(task, { status: 'waiting', waitingFor: { kind, what: 'the run of deploy.yml' } });
  });
}

test.serial('a cancellation of a task that was waiting ends the abort', async (t) => {
  const { request, task } = await afterNews({
    description: 'the news that a waiting task was cancelled',
    type: taskCancelledV1.type,
    data: { cancelledAt: time(ENDED), parked: true },
    decision: 'aborting',
  });
  t.is(request.status, 'aborted');
  t.is(task.status, 'skipped');
});

test.serial('lines of a task under way reach its log', async (t) => {
  const line = { sequence: integer(1), at: time(STARTED), level: string('info'), message: string('half way') };
  const got = await taken(
    'the news of how far a task is',
    taskProgressedV1.type,
    event(taskProgressedV1.type, { lines: [line], progress: { percent: integer(50) } }),
  );
  t.true(JSON.stringify(got).includes('half way'));
});

test.serial('an executor is known by what it serves', async (t) => {
  const { data: _task, ...envelope } = event(executorAnnouncedV1.type, {});
  const type = {
    ...{ type: string('dns-record'), version: string('1.0.0'), summary: string('Adds a record') },
    ...{ idempotency: string('probe'), configSchema: like({ type: 'object' }), canRollBack: Matchers.boolean(true) },
    ...{ outputs: like([]), secretMembers: like([]) },
  };
  const got = await taken('the news of who serves what', executorAnnouncedV1.type, {
    ...{ ...envelope, subject: string('dns') },
    data: { pool: string('dns'), instance: string('dns-1'), actionTypes: [type], announcedAt: time(STARTED) },
  });
  const { pool, actionTypes } = got as ExecutorAnnouncedV1;
  t.is(pool, 'dns');
  t.like(actionTypes[0], { type: 'dns-record', canRollBack: true, outputs: [], secretMembers: [] });
});

test.serial('a cancellation ends the abort that asked for it', async (t) => {
  const { request, task } = await afterNews({
    description: 'the news that a task was cancelled before it had started',
    type: taskCancelledV1.type,
    data: { cancelledAt: time(ENDED) },
    decision: 'aborting',
  });
  t.is(request.status, 'aborted');
  t.like(task, { status: 'skipped', finishedAt: new Date(ENDED) });
});

test.serial('the committed pact asks for exactly what the request service needs', async (t) => {
  const { drafted, committed, hint } = await draft.settle();
  t.deepEqual(drafted, committed, hint);
});

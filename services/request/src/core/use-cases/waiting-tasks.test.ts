import test from 'ava';
import { anAction, anItem } from '../../../test/documents.ts';
import { A_FAILURE, A_TICKET, AT, aWait, required } from '../../../test/given.ts';
import { commandsIn, completion, createWorld, type World } from '../../../test/memory-world.ts';
import { toldOf } from '../../../test/stopped-world.ts';
import type { Report } from '../domain/decide.ts';
import type { WaitingFor } from '../domain/waiting.ts';
import { detailsView, statusView } from './views.ts';

const parking = (taskId: string, wait: Partial<WaitingFor> = {}, generation = 1): Report => ({
  ...{ kind: 'park', taskId, generation, startedAt: AT, at: AT, outputs: { run: 7 } },
  waitingFor: aWait(wait),
});

const cancelled = (taskId: string): Report => ({ kind: 'cancel', taskId, generation: 1, at: AT, parked: true });

/** A request whose first of two tasks is told to wait at its executor. */
const waiting = async (wait: Partial<WaitingFor> = {}) => {
  const world = await createWorld(anItem({ actions: [anAction({ id: 'a' }), anAction({ id: 'b' })] }));
  const [requestId = ''] = await world.accepted();
  const { taskId } = required(commandsIn(world.takeMessages())[0]);
  await world.report(requestId, parking(taskId, wait));
  return { world, requestId, taskId, find: async () => required(await world.store.find(requestId)) };
};

const typesOf = (world: World) => world.takeMessages().map(({ type }) => type);

test('a task whose executor waits says for what, where and until when', async (t) => {
  const { world, requestId, find } = await waiting();
  t.is(await toldOf(world, requestId), 'processing waiting pending');
  const what = {
    kind: 'check',
    what: 'the run of deploy.yml in acme/infra',
    url: 'https://github.example/acme/infra/actions/runs/7',
    since: '2026-11-20T12:00:00.000Z',
    until: '2026-11-20T13:00:00.000Z',
  };
  t.deepEqual(statusView(await find()).currentTask?.waitingFor, what as never);
  t.deepEqual(detailsView(await find()).tasks[0]?.waitingFor, what as never);
  t.deepEqual(typesOf(world), []);
});

test('what would be done is shown with the task, and not with every status', async (t) => {
  const { find } = await waiting({ kind: 'approval', details: '+ a database' });
  t.is(detailsView(await find()).tasks[0]?.waitingFor?.details, '+ a database');
  t.false('details' in required(statusView(await find()).currentTask?.waitingFor));
});

for (const [name, report, told] of [
  ['ends well', (taskId: string) => completion({ taskId, generation: 1 }), 'processing completed queued'],
  [
    'fails',
    (taskId: string) => ({
      ...{ kind: 'fail', taskId, generation: 1, startedAt: AT, at: AT },
      failure: A_FAILURE,
    }),
    'failed failed pending',
  ],
  [
    'is given up',
    (taskId: string) => ({
      ...{ kind: 'give-up', taskId, generation: 1, startedAt: AT, at: AT },
      ...{ reason: 'outcome-unknown', failure: A_FAILURE },
    }),
    'failed stuck pending',
  ],
] as readonly (readonly [string, (taskId: string) => Report, string])[]) {
  test(`a task that waited and ${name} waits for nothing any more`, async (t) => {
    const { world, requestId, taskId, find } = await waiting();
    await world.report(requestId, report(taskId));
    t.is(await toldOf(world, requestId), told);
    t.is((await find()).tasks[0]?.waitingFor, null);
  });
}

test('it may wait for one thing after the other, the same is heard of once, and a ticket is for people', async (t) => {
  const { world, requestId, taskId, find } = await waiting({ kind: 'approval', details: 'x' });
  const { version } = await find();
  t.like(await world.report(requestId, parking(taskId, { kind: 'approval', details: 'x' })), { kind: 'absorbed' });
  t.is((await find()).version, version);
  await world.report(requestId, parking(taskId, { kind: 'check', what: 'the deployment' }));
  t.like((await find()).tasks[0]?.waitingFor, { kind: 'check', what: 'the deployment' });
  await world.report(requestId, {
    ...{ kind: 'wait', taskId, generation: 1, startedAt: AT, at: AT, ticket: A_TICKET },
    outputs: {},
  });
  t.like((await find()).tasks[0], { status: 'waiting', waitingFor: null, ticket: A_TICKET });
  t.like(await world.report(requestId, completion({ taskId, generation: 1 })), { kind: 'absorbed' });
});

test('people complete nothing by hand that its executor still goes on with', async (t) => {
  const { world, requestId, taskId } = await waiting();
  const wish = { kind: 'complete-task', taskId, outputs: {}, reason: null } as const;
  t.like(await world.decide(wish, { requestId }), { ok: false, error: { kind: 'not-possible' } });
});

test('an abort asks the executor to let go of what waits, and is over once it has', async (t) => {
  const { world, requestId, taskId, find } = await waiting();
  await world.decide({ kind: 'abort', reason: null }, { requestId });
  t.is(await toldOf(world, requestId), 'aborting waiting skipped');
  t.deepEqual(typesOf(world), ['cancel-task.v1']);
  await world.report(requestId, cancelled(taskId));
  t.is(await toldOf(world, requestId), 'aborted skipped skipped');
  t.like((await find()).tasks[0], { waitingFor: null });
});

test('what parks after the abort is asked to let go once more', async (t) => {
  const world = await createWorld(anItem({ actions: [anAction({ id: 'a' })] }));
  const [requestId = ''] = await world.accepted();
  const { taskId } = required(commandsIn(world.takeMessages())[0]);
  await world.report(requestId, { kind: 'start', taskId, generation: 1, startedAt: AT });
  await world.decide({ kind: 'abort', reason: null }, { requestId });
  const [first] = world.takeMessages();
  await world.report(requestId, parking(taskId));
  const [second] = world.takeMessages();
  t.deepEqual([first?.type, second?.type], ['cancel-task.v1', 'cancel-task.v1']);
  t.not(second?.dedupId, first?.dedupId);
  await world.report(requestId, cancelled(taskId));
  t.is(await toldOf(world, requestId), 'aborted skipped');
});

test('a retry begins with nothing to wait for', async (t) => {
  const { world, requestId, taskId, find } = await waiting();
  await world.report(requestId, {
    ...{ kind: 'fail', taskId, generation: 1, startedAt: AT, at: AT },
    failure: A_FAILURE,
  });
  await world.decide({ kind: 'retry', reason: null, acknowledgeUnknown: false }, { requestId });
  t.like((await find()).tasks[0], { status: 'queued', waitingFor: null, generation: 2 });
  t.like(await world.report(requestId, parking(taskId)), {
    reason: { kind: 'other-generation' },
  });
});

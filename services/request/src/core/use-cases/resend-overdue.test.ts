import test from 'ava';
import { anItem } from '../../../test/documents.ts';
import { commandsIn, completion, createWorld } from '../../../test/memory-world.ts';
import { resendOverdue } from './resend-overdue.ts';

const WAIT = 60_000;
const never = new AbortController().signal;

const started = async () => {
  const world = await createWorld(anItem());
  const [id = ''] = await world.accepted();
  const resend = resendOverdue({ ...world.dependencies, overdue: world.overdue, waitMs: WAIT });
  return { world, id, resend: () => resend(never) };
};

test('a command nobody reported on is sent again as it was, under a name of its own, ever more rarely', async (t) => {
  const { world, resend } = await started();
  const first = world.takeMessages().find(({ type }) => type === 'execute-task.v1');
  world.pass(WAIT - 1);
  t.is(await resend(), 0);
  world.pass(1);
  t.is(await resend(), 1);
  t.is(await resend(), 0);
  const [second] = world.takeMessages();
  t.deepEqual(JSON.parse(second?.body ?? '').data, JSON.parse(first?.body ?? '').data);
  t.is(second?.dedupId, `${first?.dedupId}-r1`);
  t.not(second?.id, first?.id);
  world.pass(2 * WAIT - 1);
  t.is(await resend(), 0);
  world.pass(1);
  t.is(await resend(), 1);
  t.is(world.takeMessages()[0]?.dedupId, `${first?.dedupId}-r2`);
});

test('a command that still waits to be published is not sent again', async (t) => {
  const { world, resend } = await started();
  world.pass(10 * WAIT);
  t.is(await resend(), 0);
  world.takeMessages();
  t.is(await resend(), 1);
});

test('a task that was reported on is not sent again', async (t) => {
  const { world, id, resend } = await started();
  const [command] = commandsIn(world.takeMessages());
  if (!command) return t.fail();
  await world.report(id, completion(command));
  world.takeMessages();
  world.pass(10 * WAIT);
  t.is(await resend(), 0);
});

test('the run ends when it is told to stop', async (t) => {
  const { world } = await started();
  world.takeMessages();
  world.pass(WAIT);
  const resend = resendOverdue({ ...world.dependencies, overdue: world.overdue, waitMs: WAIT });
  t.is(await resend(AbortSignal.abort()), 0);
});

test('a cancellation that nobody answered is asked for again, and no command goes out for an aborting request', async (t) => {
  const { world, id: requestId, resend } = await started();
  world.takeMessages();
  await world.decide({ kind: 'abort', reason: null }, { requestId });
  const [first] = world.takeMessages();
  world.pass(WAIT);
  t.is(await resend(), 1);
  const [second, ...others] = world.takeMessages();
  t.deepEqual(others, []);
  t.is(second?.type, 'cancel-task.v1');
  t.is(second?.dedupId, `${first?.dedupId}-r1`);
  t.deepEqual(JSON.parse(second?.body ?? '').data, JSON.parse(first?.body ?? '').data);
});

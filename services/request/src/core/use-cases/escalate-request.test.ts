import type { Envelope, RequestEscalatingV1 } from '@pao/contracts';
import { decodeMessage, requestEscalatingV1 } from '@pao/contracts';
import type { JsonObject } from '@pao/kernel';
import test from 'ava';
import { anAction, anItem } from '../../../test/documents.ts';
import { A_FAILURE, AT, required } from '../../../test/given.ts';
import { commandsIn, completion, createWorld, type World } from '../../../test/memory-world.ts';
import { escalatedWorld, stoppedWorld, toldOf } from '../../../test/stopped-world.ts';

const escalatingIn = (world: World): Envelope<RequestEscalatingV1> =>
  decodeMessage(
    requestEscalatingV1,
    required(world.messages().find(({ type }) => type === requestEscalatingV1.type)).body,
  );

test('the message of an escalation carries all that the tickets have to say', async (t) => {
  const { world, requestId, first, second } = await stoppedWorld('give-up');
  await world.decide({ kind: 'escalate', reason: 'the platform is gone' }, { requestId });
  const { data } = escalatingIn(world);
  t.like(data, {
    requestId,
    name: 'o',
    requestedBy: 'dev@example.test',
    decidedBy: 'dev@example.test',
    reason: 'the platform is gone',
    round: 1,
    completedTasks: 1,
    totalTasks: 3,
  });
  const [done, stuck, next] = data.tasks;
  t.like(done, { status: 'completed', ticketed: false, outputs: { endpoint: 'e' }, setup: null, needs: [] });
  t.like(stuck, {
    id: second.taskId,
    status: 'stuck',
    stuck: 'outcome-unknown',
    failure: { code: 'X' },
    mayHaveHappened: true,
    attempt: `pao-${second.taskId}-g1`,
    ticketed: true,
    dependsOn: [first.taskId],
    setup: { body: { contentTemplate: '{"endpoint": "e"}' } },
    needs: [{ output: 'arn', by: 3 }],
    manual: { project: 'X' },
  });
  t.like(next, {
    status: 'pending',
    ticketed: true,
    mayHaveHappened: false,
    attempt: undefined,
    // What is known stands there, and a name for what is not.
    setup: { body: { contentTemplate: '{"arn": "‹output arn of second›", "at": "e"}' } },
  });
});

test('a condition that says no for certain leaves its task out, one that waits for an output is told', async (t) => {
  const world = await createWorld(
    anItem({
      actions: [
        anAction({ id: 'first' }),
        anAction({ id: 'never', when: "current.name == 'other'" }),
        anAction({ id: 'perhaps', when: "output.endpoint == 'big'" }),
      ],
    }),
  );
  const [requestId = ''] = await world.accepted();
  await world.report(requestId, failed(required(commandsIn(world.takeMessages())[0])));
  await world.decide({ kind: 'escalate', reason: null }, { requestId });
  t.is(await toldOf(world, requestId), 'escalating waiting skipped waiting');
  const [first, never, perhaps] = escalatingIn(world).data.tasks;
  t.like(never, { status: 'skipped', ticketed: false });
  t.regex(perhaps?.setupReason ?? '', /only if this condition says yes.*output\.endpoint == 'big'/);
  t.deepEqual(first?.needs, [{ output: 'endpoint', by: 3 }]);
});

const failed = ({ taskId, generation }: { readonly taskId: string; readonly generation: number }) =>
  ({ kind: 'fail', taskId, generation, startedAt: AT, at: AT, failure: A_FAILURE }) as const;

test('a setup that would need what failed to render is told as a reason', async (t) => {
  const config = { endpoint: { url: 'https://x.example/{{.output.nothing}}', method: 'GET' } };
  const world = await createWorld(anItem({ actions: [anAction(), anAction({ id: 'second', config })] }));
  const [requestId = ''] = await world.accepted();
  await world.report(requestId, completion(required(commandsIn(world.takeMessages())[0])));
  await world.decide({ kind: 'escalate', reason: null }, { requestId });
  const [, second] = escalatingIn(world).data.tasks;
  t.like(second, { status: 'failed', setup: null, attempt: undefined, mayHaveHappened: false });
  t.regex(second?.setupReason ?? '', /\/endpoint\/url/);
});

test('an escalated request is given back after what had failed was done, and goes on by itself to the end', async (t) => {
  const { world, requestId, second } = await escalatedWorld();
  const refused = await world.decide({ kind: 'resume', reason: null }, { requestId });
  t.like(refused, { ok: false, error: { kind: 'unsettled' } });
  await world.decide(
    { kind: 'complete-task', taskId: second.taskId, outputs: { arn: 'a' }, reason: null },
    { requestId },
  );
  world.takeMessages();
  t.true((await world.decide({ kind: 'resume', reason: 'platform is back' }, { requestId })).ok);
  t.is(await toldOf(world, requestId), 'processing completed completed queued');
  const [resumed] = world.messages();
  const [third] = commandsIn(world.takeMessages());
  t.like(JSON.parse(required(resumed).body), {
    type: 'request-resumed.v1',
    data: { reason: 'platform is back', tasks: [{ id: third?.taskId, generation: 2 }] },
  });
  t.is(third?.generation, 2);
  await world.report(requestId, completion(required(third)));
  t.is(await toldOf(world, requestId), 'completed completed completed completed');
});

test('a request that failed again after it was given back is escalated in the next round', async (t) => {
  const { world, requestId, second } = await escalatedWorld();
  await world.decide(
    { kind: 'complete-task', taskId: second.taskId, outputs: { arn: 'a' }, reason: null },
    { requestId },
  );
  await world.decide({ kind: 'resume', reason: null }, { requestId });
  await world.report(requestId, failed(required(commandsIn(world.takeMessages()).at(-1))));
  await world.decide({ kind: 'escalate', reason: null }, { requestId });
  t.like(escalatingIn(world).data, { round: 2, completedTasks: 2 });
  t.like(await world.ticket(requestId, { kind: 'opened', round: 1, tickets: [] }), { kind: 'absorbed' });
  t.like(await world.ticket(requestId, { kind: 'opened', round: 2, tickets: [] }), { status: 'escalated' });
});

test('what later tasks read of a task that is completed by hand has to be there; then the failed request goes on', async (t) => {
  const { world, requestId, second } = await stoppedWorld();
  const complete = (outputs: JsonObject) =>
    world.decide({ kind: 'complete-task', taskId: second.taskId, outputs, reason: null }, { requestId });
  t.like(await complete({ other: 1 }), {
    ok: false,
    error: { kind: 'outputs-refused', problems: [{ field: 'outputs.arn', issue: 'is missing: task 3 reads it' }] },
  });
  t.true((await complete({ arn: 'a' })).ok);
  t.is(await toldOf(world, requestId), 'processing completed completed queued');
  // Nobody had a ticket of it.
  t.deepEqual(
    world.messages().map(({ type }) => type),
    ['execute-task.v1'],
  );
});

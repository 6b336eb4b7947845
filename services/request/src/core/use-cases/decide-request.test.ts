import test from 'ava';
import { aBundle, aLongItem, anAction, anItem } from '../../../test/documents.ts';
import { A_FAILURE, AT, okValue, required, sha256 } from '../../../test/given.ts';
import { A_PERSON, aSubmission, commandsIn, completion, createWorld, type World } from '../../../test/memory-world.ts';
import { brokenLink } from '../domain/audit.ts';
import type { Report } from '../domain/decide.ts';

const RETRY = { kind: 'retry', reason: 'the platform is back', acknowledgeUnknown: false } as const;
const ABORT = { kind: 'abort', reason: null } as const;

const ended = (kind: 'fail' | 'give-up', taskId: string, generation = 1): Report =>
  kind === 'fail'
    ? { kind, taskId, generation, startedAt: AT, at: AT, failure: A_FAILURE }
    : { kind, taskId, generation, startedAt: AT, at: AT, failure: A_FAILURE, reason: 'outcome-unknown' };

/** A request of three tasks; the first is completed, the second has ended so. */
const stopped = async (kind: 'fail' | 'give-up' = 'fail') => {
  const world = await createWorld(aLongItem());
  const items = [{ kind: 'item', id: 'database-long', input: { name: 'o' } }] as const;
  const [requestId = ''] = await world.accepted(aSubmission({ items }));
  const [first] = commandsIn(world.takeMessages());
  await world.report(requestId, completion(required(first), { endpoint: 'e' }));
  const second = required(commandsIn(world.takeMessages())[0]);
  await world.report(requestId, ended(kind, second.taskId));
  world.takeMessages();
  return { world, requestId, second };
};

const types = (world: World): readonly string[] => world.messages().map(({ type }) => type);

const statuses = async (world: World, id: string): Promise<string> => {
  const request = required(await world.store.find(id));
  return [request.status, ...request.tasks.map(({ status }) => status)].join(' ');
};

test('a retry sends the failed task again as it was, with the next generation, and goes on to the end', async (t) => {
  const { world, requestId, second } = await stopped();
  const view = okValue(await world.decide(RETRY, { requestId }));
  t.like(view, { id: requestId, status: 'retrying', version: 4, decidedBy: 'dev@example.test' });
  t.deepEqual(types(world), ['request-retried.v1', 'execute-task.v1']);
  const [retried, sent] = world.messages();
  t.like(JSON.parse(required(retried).body).data, {
    decidedBy: 'dev@example.test',
    reason: 'the platform is back',
    tasks: [{ id: second.taskId, generation: 2 }],
  });
  t.is(sent?.dedupId, `${second.taskId}-g2`);
  const [again] = commandsIn(world.takeMessages());
  t.deepEqual(again, { ...second, generation: 2 });
  await world.report(requestId, completion(required(again), { arn: 'a' }));
  const [third] = commandsIn(world.takeMessages());
  await world.report(requestId, completion(required(third)));
  t.is(await statuses(world, requestId), 'completed completed completed completed');
  t.is(brokenLink(requestId, await world.reader.changesAfter(requestId, 0), sha256), undefined);
});

test('a late report of the generation before changes nothing any more', async (t) => {
  const { world, requestId, second } = await stopped('give-up');
  okValue(await world.decide({ ...RETRY, acknowledgeUnknown: true }, { requestId }));
  t.like(await world.report(requestId, completion(second)), { reason: { kind: 'other-generation', generation: 2 } });
  t.is(await statuses(world, requestId), 'retrying completed queued pending');
});

test('an unknown outcome is run again only when that is acknowledged', async (t) => {
  const { world, requestId } = await stopped('give-up');
  const refused = await world.decide(RETRY, { requestId });
  t.like(refused, { ok: false, error: { kind: 'acknowledgement-needed' } });
  t.deepEqual(types(world), []);
  t.true((await world.decide({ ...RETRY, acknowledgeUnknown: true }, { requestId })).ok);
});

test('what could not be rendered is rendered again by a retry, and fails again at once', async (t) => {
  const config = { endpoint: { url: 'https://x.example/{{.output.nothing}}', method: 'GET' } };
  const world = await createWorld(anItem({ actions: [anAction(), anAction({ id: 'second', config })] }));
  const [requestId = ''] = await world.accepted();
  await world.report(requestId, completion(required(commandsIn(world.takeMessages())[0])));
  world.takeMessages();
  t.is(okValue(await world.decide(RETRY, { requestId })).status, 'failed');
  t.deepEqual(types(world), ['request-retried.v1', 'request-failed.v1']);
  t.like(JSON.parse(required(world.messages()[1]).body).data, {
    task: { generation: 2 },
    failure: { code: 'TEMPLATE_ERROR' },
  });
});

test('an abort of a failed request ends it at once', async (t) => {
  const { world, requestId } = await stopped();
  t.is(okValue(await world.decide(ABORT, { requestId })).status, 'aborted');
  t.deepEqual(types(world), ['request-aborted.v1']);
  t.is(await statuses(world, requestId), 'aborted completed skipped skipped');
});

test('an abort asks for what is under way and ends with the last answer; what took effect meanwhile is recorded', async (t) => {
  const components = ['a', 'b', 'c'].map((id) => ({ id, catalogItem: 'database-standard', dependsOn: [] }));
  const world = await createWorld(
    anItem(),
    aBundle([...components, { id: 'd', catalogItem: 'database-standard', dependsOn: ['a'] }], 'parallel'),
  );
  const items = [{ kind: 'bundle', id: 'bundle-webapp', input: { name: 'o' } }] as const;
  const [requestId = ''] = await world.accepted(aSubmission({ items }));
  const [a, b, c] = commandsIn(world.takeMessages());
  await world.report(requestId, { kind: 'start', taskId: required(b).taskId, generation: 1, startedAt: AT });
  t.is(okValue(await world.decide(ABORT, { requestId })).status, 'aborting');
  const asked = world.takeMessages();
  t.deepEqual(
    asked.map(({ type, destination, groupId, dedupId }) => [type, destination, groupId, dedupId]),
    [a, b, c].map((task) => ['cancel-task.v1', 'queue:tasks-default', requestId, `${task?.taskId}-g1-cancel`]),
  );
  await world.report(requestId, { kind: 'cancel', taskId: required(a).taskId, generation: 1, at: AT, parked: false });
  await world.report(requestId, completion(required(b), { endpoint: 'e' }));
  t.deepEqual(types(world), []);
  await world.report(requestId, ended('give-up', required(c).taskId));
  t.deepEqual(types(world), ['request-aborted.v1']);
  t.is(await statuses(world, requestId), 'aborted skipped completed stuck skipped');
  const changes = await world.reader.changesAfter(requestId, 0);
  const rows = changes.map(({ change }) => change);
  t.true(rows.indexOf('request-aborting') < rows.indexOf('task-completed'), 'the effect after the abort is to be seen');
  t.is(rows.at(-1), 'request-aborted');
});

test('of a retry and an abort at once one wins, and the other is told what is the case now', async (t) => {
  for (const wishes of [
    [RETRY, ABORT],
    [ABORT, RETRY],
  ]) {
    const { world, requestId } = await stopped();
    const outcomes = await Promise.all(wishes.map((wish) => world.decide(wish, { requestId })));
    const lost = outcomes.findIndex(({ ok }) => !ok);
    t.is(outcomes.filter(({ ok }) => ok).length, 1);
    const retried = wishes[1 - lost] === RETRY;
    t.like(outcomes[lost], { error: { kind: 'changed', status: retried ? 'retrying' : 'aborted' } });
    t.is(types(world).filter((type) => type === 'execute-task.v1').length, retried ? 1 : 0);
  }
});

test('a double click decides once', async (t) => {
  const { world, requestId } = await stopped();
  const outcomes = await Promise.all([RETRY, RETRY, RETRY].map((wish) => world.decide(wish, { requestId })));
  t.is(outcomes.filter(({ ok }) => ok).length, 1);
  t.is((await world.store.find(requestId))?.tasks[1]?.generation, 2);
});

test('a report between reading and storing does not cost the person the decision', async (t) => {
  const { world, requestId } = await stopped();
  const components = ['a', 'b'].map((id) => ({ id, catalogItem: 'database-standard', dependsOn: [] }));
  await world.offer(anItem(), aBundle(components, 'parallel'));
  const items = [{ kind: 'bundle', id: 'bundle-webapp', input: { name: 'o' } }] as const;
  const [id = ''] = await world.accepted(aSubmission({ items }));
  const [a] = commandsIn(world.takeMessages());
  const [decided] = await Promise.all([
    world.decide(ABORT, { requestId: id }),
    world.report(id, completion(required(a))),
  ]);
  t.true(decided.ok);
  t.is(await statuses(world, requestId), 'failed completed failed pending');
});

test('who saw another version decides nothing', async (t) => {
  const { world, requestId } = await stopped();
  t.like(await world.decide(ABORT, { requestId, version: 2 }), {
    error: { kind: 'changed', version: 3, status: 'failed' },
  });
  t.true((await world.decide(ABORT, { requestId, version: 3 })).ok);
});

test('own requests and those of a team can be decided about, others by operators and admins, and nobody sees other tenants', async (t) => {
  const { world, requestId } = await stopped();
  const stranger = { ...A_PERSON, id: 'user:other', email: 'other@example.test' };
  for (const roles of [[], ['developer'], ['platform-team'], ['approver', 'auditor']])
    t.deepEqual(await world.decide(ABORT, { requestId, by: { ...stranger, roles } }), {
      ok: false,
      error: { kind: 'not-yours' },
    });
  const foreign = { requestId, tenantId: 'other', by: { ...stranger, roles: ['admin'] } };
  t.deepEqual(await world.decide(ABORT, foreign), { ok: false, error: { kind: 'not-found' } });
  t.true((await world.decide(RETRY, { requestId, by: { ...stranger, roles: ['operator'] } })).ok);
});

test('a call with the same key is answered the same, also after the state has gone on; another body is refused', async (t) => {
  const { world, requestId } = await stopped();
  const idempotency = { key: 'k', fingerprint: 'f' };
  const first = okValue(await world.decide(RETRY, { requestId, idempotency }));
  await world.report(requestId, completion(required(commandsIn(world.takeMessages())[0]), { arn: 'a' }));
  t.deepEqual(okValue(await world.decide(RETRY, { requestId, idempotency })), first);
  t.deepEqual(await world.decide(RETRY, { requestId, idempotency: { key: 'k', fingerprint: 'g' } }), {
    ok: false,
    error: { kind: 'other-body' },
  });
  t.is((await world.store.find(requestId))?.tasks[1]?.generation, 2);
});

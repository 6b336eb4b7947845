import type { CatalogDocument } from '@pao/documents';
import test from 'ava';
import * as fc from 'fast-check';
import { aBundle, aLongItem, anAction, anItem } from '../../../test/documents.ts';
import { A_FAILURE, AT, sha256, uuid } from '../../../test/given.ts';
import { aSubmission, CONTEXT, commandsIn, completion, createWorld, type World } from '../../../test/memory-world.ts';
import { brokenLink } from '../domain/audit.ts';
import type { Report } from '../domain/decide.ts';
import { recordReport } from './record-report.ts';

type Completed = NonNullable<Report['completedBefore']>;

const started = async (...documents: readonly CatalogDocument[]) => {
  const world = await createWorld(...documents);
  const id = documents.at(-1)?.metadata.id ?? '';
  const kind = documents.at(-1)?.kind === 'CatalogBundle' ? 'bundle' : 'item';
  const [requestId = ''] = await world.accepted(aSubmission({ items: [{ kind, id, input: { name: 'orders' } }] }));
  const [command] = commandsIn(world.takeMessages());
  if (!command) throw new Error('nothing was queued');
  return { world, requestId, command };
};

const component = (id: string, dependsOn: string[] = []) => ({ id, catalogItem: 'database-standard', dependsOn });

const statuses = async ({ store }: World, id: string) => (await store.find(id))?.tasks.map(({ status }) => status);

test('a result queues the next task, whose command carries what the first one gave', async (t) => {
  const { world, requestId, command } = await started(aLongItem());
  t.deepEqual(await world.report(requestId, completion(command, { endpoint: 'db.example' })), {
    kind: 'recorded',
    status: 'processing',
  });
  t.deepEqual(await statuses(world, requestId), ['completed', 'queued', 'pending']);
  const messages = world.takeMessages();
  t.is(messages.length, 1);
  const [next] = commandsIn(messages);
  t.is(next?.action.id, 'second');
  t.deepEqual(messages[0]?.dedupId, `${next?.taskId}-g1`);
  t.is(messages[0]?.destination, 'queue:tasks-default');
  t.is(messages[0]?.groupId, requestId);
});

test('the last result completes the request and says so', async (t) => {
  const { world, requestId, command } = await started(anItem());
  t.deepEqual(await world.report(requestId, completion(command)), { kind: 'recorded', status: 'completed' });
  t.deepEqual(
    world.takeMessages().map(({ type, destination }) => [type, destination]),
    [['request-completed.v1', 'topic:request-events']],
  );
  t.is(world.commits.at(-1)?.changes.at(-1)?.change, 'request-completed');
});

test('one report completes what was completed before, and the next command brings what is left', async (t) => {
  const free = (id: string) => anAction({ id, outputs: { [id]: 'body.id' } });
  const actions = ['a', 'b', 'c', 'd'].map(free);
  const { world, requestId, command } = await started(anItem({ actions }));
  const [b, c, d] = command.followUps ?? [];
  if (!b || !c || !d) return t.fail('nothing was brought');
  const completedBefore = [completion(command), completion({ ...b, taskId: uuid(999_999) })] as Completed;
  const outcome = await world.report(requestId, { ...completion(b), completedBefore });
  t.deepEqual(outcome, { kind: 'recorded', status: 'processing' });
  t.deepEqual(await statuses(world, requestId), ['completed', 'completed', 'queued', 'pending']);
  const [next, ...others] = commandsIn(world.takeMessages());
  t.deepEqual(others, []);
  t.is(next?.taskId, c.taskId);
  t.deepEqual(next?.followUps, [d]);
});

test('lines are kept of attempts that there are or were, of no others', async (t) => {
  const { world, requestId, command } = await started(anItem({ actions: [anAction(), anAction({ id: 'second' })] }));
  const first = { taskId: command.taskId, generation: 1 };
  const log = [{ sequence: 1, at: AT.toISOString(), level: 'info', message: 'done' }];
  const attempts = [first, { ...first, generation: Number.MAX_SAFE_INTEGER }, { ...first, taskId: uuid(999_999) }];
  const logs = attempts.map((attempt) => ({ attempt, log }));
  const report = completion(command);
  await recordReport(world.dependencies)({ eventId: world.newId(), requestId, report, logs, context: CONTEXT });
  t.deepEqual(
    world.commits.at(-1)?.logs?.map(({ taskId, generation }) => ({ taskId, generation })),
    [first],
  );
});

test('a report of a request or task that does not exist, or of another generation, changes nothing', async (t) => {
  const { world, requestId, command } = await started(anItem());
  const before = await world.store.find(requestId);
  const absorbed = async (id: string, report: Report) => {
    const outcome = await world.report(id, report);
    return outcome.kind === 'absorbed' ? outcome.reason.kind : outcome.kind;
  };
  t.is(await absorbed(uuid(999_999), completion(command)), 'unknown-request');
  t.is(await absorbed(requestId, completion({ ...command, taskId: uuid(999_999) })), 'unknown-task');
  t.is(await absorbed(requestId, completion({ ...command, generation: 2 })), 'other-generation');
  t.is(await world.store.find(requestId), before);
});

test('late, repeated and reordered reports are absorbed', async (t) => {
  const { world, requestId, command } = await started(aLongItem());
  const start: Report = { kind: 'start', taskId: command.taskId, generation: 1, startedAt: AT };
  await world.report(requestId, completion(command, { endpoint: 'e' }));
  const after = await world.store.find(requestId);
  const commits = world.commits.length;
  t.like(await world.report(requestId, start), { kind: 'absorbed', reason: { kind: 'not-now' } });
  t.like(await world.report(requestId, completion(command, { endpoint: 'other' })), { kind: 'absorbed' });
  t.like(await world.report(requestId, { ...start, kind: 'fail', at: AT, failure: A_FAILURE }), { kind: 'absorbed' });
  t.is(await world.store.find(requestId), after);
  t.is(world.commits.length, commits);
});

test('the next task fails when it can’t be rendered: the request fails, nothing is sent', async (t) => {
  const broken = anAction({
    id: 'second',
    config: { endpoint: { url: 'https://x.example/{{.output.nothing}}', method: 'GET' } },
  });
  const { world, requestId, command } = await started(anItem({ actions: [anAction(), broken] }));
  await world.report(requestId, completion(command));
  t.deepEqual(await statuses(world, requestId), ['completed', 'failed']);
  const messages = world.takeMessages();
  t.deepEqual(
    messages.map(({ type }) => type),
    ['request-failed.v1'],
  );
  t.like(JSON.parse(messages[0]?.body ?? '').data, {
    failure: { code: 'TEMPLATE_ERROR' },
    completedTasks: 1,
    totalTasks: 2,
    task: { position: 2 },
  });
});

test('what else is under way when a request fails is recorded, and nothing new is queued', async (t) => {
  const { world, requestId } = await started(
    anItem(),
    aBundle([component('a'), component('b'), component('c', ['b'])], 'parallel'),
  );
  const tasks = (await world.store.find(requestId))?.tasks ?? [];
  const [a, b] = tasks.map(({ id }) => ({ taskId: id, generation: 1 }));
  if (!a || !b) return t.fail();
  await world.report(requestId, { kind: 'fail', ...a, startedAt: AT, at: AT, failure: A_FAILURE });
  await world.report(requestId, completion(b));
  t.deepEqual(await statuses(world, requestId), ['failed', 'completed', 'pending']);
  t.deepEqual(commandsIn(world.takeMessages()), []);
});

test('fifty reports at once, some of them twice: each is recorded once, whoever wins', async (t) => {
  const items = Array.from({ length: 50 }, (_, index) => ({
    id: `c${index}`,
    catalogItem: 'database-standard',
    dependsOn: [],
  }));
  const { world, requestId } = await started(anItem(), aBundle(items, 'parallel'));
  const tasks = (await world.store.find(requestId))?.tasks ?? [];
  const reports = tasks.flatMap(({ id }) => {
    const event = world.newId();
    return [event, event].map(() => world.report(requestId, completion({ taskId: id, generation: 1 }), event));
  });
  const settled = await Promise.allSettled(reports);
  // Who lost too often gives its message back and is delivered again.
  for (const { id } of tasks) await world.report(requestId, completion({ taskId: id, generation: 1 }));
  t.true(settled.some(({ status }) => status === 'fulfilled'));
  const after = await world.store.find(requestId);
  t.is(after?.status, 'completed');
  const changes = await world.reader.changesAfter(requestId, 0);
  t.is(changes.filter(({ change }) => change === 'task-completed').length, 50);
  t.is(brokenLink(requestId, changes, sha256), undefined);
});

test('whatever the bus does to the order of reports, every request ends, each task once and after what it depends on', async (t) => {
  const graph = fc
    .integer({ min: 1, max: 5 })
    .chain((count) =>
      fc.tuple(
        ...Array.from({ length: count }, (_, index) =>
          fc.subarray(Array.from({ length: index }, (_, before) => `c${before}`)),
        ),
      ),
    );
  await fc.assert(
    fc.asyncProperty(
      graph,
      fc.constantFrom('sequential' as const, 'parallel' as const),
      fc.infiniteStream(fc.nat()),
      async (needs, mode, choices) => {
        const components = needs.map((dependsOn, index) => ({
          id: `c${index}`,
          catalogItem: 'database-standard',
          dependsOn,
        }));
        const world = await createWorld(anItem(), aBundle(components, mode));
        const [id = ''] = await world.accepted(
          aSubmission({ items: [{ kind: 'bundle', id: 'bundle-webapp', input: { name: 'o' } }] }),
        );
        const pool: Report[] = [];
        const sent: string[] = [];
        for (let steps = 0; steps < 200; steps += 1) {
          for (const command of commandsIn(world.takeMessages())) {
            sent.push(command.taskId);
            const attempt = { taskId: command.taskId, generation: 1 };
            pool.push({ kind: 'start', ...attempt, startedAt: AT }, completion(attempt), completion(attempt));
          }
          if (pool.length === 0) break;
          const [report] = pool.splice((choices.next().value ?? 0) % pool.length, 1);
          if (report) await world.report(id, report);
        }
        const request = await world.store.find(id);
        if (request?.status !== 'completed') throw new Error(`ended ${request?.status}`);
        if (new Set(sent).size !== sent.length || sent.length !== request.tasks.length)
          throw new Error('a task was sent twice');
        for (const task of request.tasks) {
          const place = sent.indexOf(task.id);
          for (const position of task.dependsOn)
            if (sent.indexOf(request.tasks[position - 1]?.id ?? '') > place) throw new Error('too early');
        }
        const broken = brokenLink(id, await world.reader.changesAfter(id, 0), sha256);
        if (broken !== undefined) throw new Error(`audit broken at ${broken}`);
      },
    ),
    { numRuns: 200 },
  );
  t.pass();
});

import { type FollowedChange, type RequestSummary, taskSucceededV1 } from '@pao/contracts';
import { openDatabase } from '@pao/postgres';
import test, { type ExecutionContext } from 'ava';
import { anItem } from './documents.ts';
import { required } from './given.ts';
import { developer, type RunningService, startService } from './running-service.ts';
import { readServerSentEvents } from './sse.ts';

const other = { ...developer, subject: 'user:2', email: 'two@example.test', teams: ['search'] };
const operator = { ...developer, subject: 'user:3', email: 'op@example.test', teams: [], roles: ['operator'] };
const stranger = { ...developer, tenant: 'elsewhere' };

interface Options {
  readonly identity?: typeof developer;
  readonly after?: string;
  readonly query?: string;
}

const open = async (service: RunningService, { identity = developer, after, query = '' }: Options = {}) => {
  const headers = await service.headers({ identity, headers: after === undefined ? {} : { 'last-event-id': after } });
  return fetch(`${service.url}/requests/events${query}`, { headers });
};

interface Followed {
  readonly id: string;
  readonly change: FollowedChange;
}

/** Events as they come; `take` waits for so many. */
const follow = async (t: ExecutionContext, service: RunningService, options: Options = {}) => {
  const response = await open(service, options);
  t.is(response.status, 200);
  const events = readServerSentEvents(required(response.body));
  t.teardown(() => events.return(undefined));
  return {
    take: async (count: number): Promise<readonly Followed[]> => {
      const found: Followed[] = [];
      while (found.length < count) {
        const { value, done } = await events.next();
        if (done) break;
        found.push({ id: value.id, change: JSON.parse(value.data) as FollowedChange });
      }
      return found;
    },
    stop: () => events.return(undefined),
  };
};

const named = (followed: readonly Followed[]) => followed.map(({ change }) => `${change.name} ${change.change}`);

const submit = async (service: RunningService, name: string, identity = developer): Promise<RequestSummary> =>
  service.accept(
    { items: [{ schemaVersion: 'catalog/v1', catalogItemId: 'database-standard', input: { name } }] },
    { identity },
  );

/** As many as there are: they come one by one or together. */
const complete = async (service: RunningService, commands: number) => {
  for (let done = 0; done < commands; ) {
    for (const { data } of await service.takeCommands()) {
      const { requestId, taskId, generation } = data;
      const times = { startedAt: new Date().toISOString(), finishedAt: new Date().toISOString() };
      await service.publish(taskSucceededV1, requestId, { requestId, taskId, generation, outputs: {}, ...times });
      done += 1;
    }
  }
};

const started = async (t: ExecutionContext) => {
  const service = await startService(t);
  await service.offer(anItem());
  return service;
};

test("a caller follows the changes of its own requests from now on, and of nobody else's", async (t) => {
  const service = await started(t);
  await submit(service, 'before');
  const mine = await follow(t, service);
  await submit(service, 'others', other);
  const request = await submit(service, 'orders');
  t.deepEqual(named(await mine.take(2)), ['orders request-submitted', 'orders task-queued']);
  await complete(service, 3);
  const rest = await mine.take(8);
  t.true(named(rest).includes('before request-completed') && named(rest).includes('orders request-completed'));
  const { change } = required(rest.find(({ change: { requestId } }) => requestId === request.id));
  t.like(change, { requestId: request.id, kind: 'item', catalogId: 'database-standard', requestedBy: developer.email });
});

test('teams, states and everybody are chosen by who may', async (t) => {
  const service = await started(t);
  const team = await follow(t, service, { query: '?team=payments' });
  const all = await follow(t, service, { identity: operator, query: '?scope=all' });
  const ended = await follow(t, service, { query: '?status=completed,failed' });
  const elsewhere = await follow(t, service, { identity: { ...stranger, roles: ['admin'] }, query: '?scope=all' });
  await submit(service, 'theirs', other);
  await submit(service, 'ours', { ...other, teams: ['payments'] });
  await submit(service, 'mine');
  t.deepEqual(new Set(named(await all.take(6)).map((name) => name.split(' ')[0])), new Set(['theirs', 'ours', 'mine']));
  t.deepEqual(new Set(named(await team.take(4)).map((name) => name.split(' ')[0])), new Set(['ours', 'mine']));
  await complete(service, 3);
  t.deepEqual(named(await ended.take(1)), ['mine request-completed']);
  await submit(service, 'far', { ...stranger });
  t.deepEqual(
    named(await elsewhere.take(1)),
    ['far request-submitted'].filter(() => true),
  );
  for (const query of ['?scope=all', '?team=search']) t.is((await open(service, { query })).status, 403, query);
  for (const query of ['?status=gone', '?scope=some', '?surprise=1']) {
    t.is((await open(service, { query })).status, 400, query);
  }
});

test('a stream goes on after any of its events, on any replica', async (t) => {
  const service = await started(t);
  const replica = await service.replica();
  const mine = await follow(t, service);
  for (const name of ['one', 'two', 'three']) await submit(service, name);
  const events = await mine.take(6);
  await mine.stop();
  for (const name of ['four', 'five']) await submit(service, name);
  for (const [index, { id }] of events.entries()) {
    for (const process of [service, replica]) {
      const rest = await (await follow(t, process, { after: id })).take(6 - index - 1 + 4);
      t.deepEqual(
        rest.slice(0, 6 - index - 1).map(({ change }) => change),
        events.slice(index + 1).map(({ change }) => change),
      );
      t.deepEqual(named(rest.slice(-4)).toSorted(), [
        'five request-submitted',
        'five task-queued',
        'four request-submitted',
        'four task-queued',
      ]);
    }
  }
});

/** A change as another process would write it, in a transaction that is held open. */
const heldChange = async (t: ExecutionContext, service: RunningService, requestId: string, sequence: number) => {
  const database = openDatabase({ url: service.databaseUrl, schema: 'pao_request', applicationName: 'held' });
  t.teardown(() => database.close());
  const release = Promise.withResolvers<void>();
  const written = Promise.withResolvers<void>();
  const committed = database.transaction(async (session) => {
    await session.query({
      text: `INSERT INTO audit (request_id, sequence, at, actor, change, to_status, correlation_id, hash)
        VALUES ($1, $2, now(), 'test', 'test-change', 'processing', 'c', '')`,
      values: [requestId, sequence],
    });
    written.resolve();
    await release.promise;
  });
  await written.promise;
  return async () => {
    release.resolve();
    await committed;
  };
};

test('what commits later than what began after it is not skipped, live or when a stream goes on', async (t) => {
  const service = await started(t);
  const [a, b] = [await submit(service, 'a'), await submit(service, 'b')];
  const mine = await follow(t, service);
  const commitFirst = await heldChange(t, service, a.id, 101);
  const commitSecond = await heldChange(t, service, b.id, 102);
  await commitSecond();
  const [second] = await mine.take(1);
  t.is(required(second).change.sequence, 102);
  await commitFirst();
  const [first] = await mine.take(1);
  t.is(required(first).change.sequence, 101);
  const resumed = await follow(t, service, { after: required(second).id });
  t.is(required((await resumed.take(1))[0]).change.sequence, 101);
  const after = await follow(t, service, { after: required(first).id });
  await submit(service, 'c');
  t.deepEqual(named(await after.take(1)), ['c request-submitted']);
});

test('an id that is none of this stream is refused, and names nothing of the database', async (t) => {
  const service = await started(t);
  const encode = (text: string) => Buffer.from(text).toString('base64url');
  const far = '9000000000000000000';
  const bad = [
    'x',
    '1',
    encode('1'),
    encode('5:4:'),
    encode('1:9:9'),
    encode('1:9:3,2'),
    encode(`1:${far}:`),
    encode(`${'9'.repeat(30)}:${'9'.repeat(30)}:`),
    encode('3:9:~3:9:~4~x~1'),
    encode("1:9:'; DROP TABLE audit"),
    'a'.repeat(9_000),
  ];
  for (const after of bad) {
    const response = await open(service, { after });
    const text = await response.text();
    t.is(response.status, 400, after.slice(0, 100));
    t.notRegex(text, /snapshot|xid|pg_/i);
  }
});

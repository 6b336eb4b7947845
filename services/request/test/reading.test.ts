import { type RequestChange, type RequestSummary, taskSucceededV1 } from '@pao/contracts';
import test from 'ava';
import { anItem } from './documents.ts';
import { developer, eventually, newId, type RunningService, startService } from './running-service.ts';
import { readServerSentEvents } from './sse.ts';

const submit = async (
  service: RunningService,
  name = 'orders',
  identity = developer,
  catalogItemId = 'database-standard',
) => {
  const body = { items: [{ schemaVersion: 'catalog/v1', catalogItemId, input: { name } }] };
  return (await service.submit(body, { identity })).body.data.requests[0] as {
    id: string;
    createdAt: string;
  };
};

const complete = async (service: RunningService) => {
  for (const { data } of await service.takeCommands()) {
    const { requestId, taskId, generation } = data;
    const at = new Date().toISOString();
    await service.publish(taskSucceededV1, requestId, {
      requestId,
      taskId,
      generation,
      outputs: {},
      startedAt: at,
      finishedAt: at,
    });
  }
};

const ids = async ({ get }: RunningService, query: string, identity = developer): Promise<string[]> =>
  (await get<RequestSummary[]>(`/requests${query}`, { identity })).body.data.map(({ id }) => id);

test('lists are newest first, filtered, and cut into pages that neither repeat nor leave out', async (t) => {
  const service = await startService(t);
  await service.offer(anItem(), anItem({ id: 'cache-standard' }));
  const other = { ...developer, subject: 'user:2', email: 'two@example.test' };
  const a = await submit(service, 'alpha');
  await complete(service);
  await eventually(
    () => ids(service, '?status=completed'),
    ({ length }) => length === 1,
  );
  const b = await submit(service, 'beta', other);
  const c = await submit(service, 'alphabet', developer, 'cache-standard');
  t.deepEqual(await ids(service, ''), [c.id, b.id, a.id]);
  t.deepEqual(await ids(service, '?status=submitted'), [c.id, b.id]);
  t.deepEqual(await ids(service, '?status=completed'), [a.id]);
  t.deepEqual(await ids(service, '?requestedBy=me'), [c.id, a.id]);
  t.deepEqual(await ids(service, '?requestedBy=two@example.test'), [b.id]);
  t.deepEqual(await ids(service, '?catalogId=cache-standard'), [c.id]);
  t.deepEqual(await ids(service, '?q=ALPHA'), [c.id, a.id]);
  t.deepEqual(await ids(service, `?since=${encodeURIComponent(b.createdAt)}`), [c.id, b.id]);
  t.deepEqual(await ids(service, '?q=alpha&status=submitted&requestedBy=me&since=2020-01-01T00:00:00Z'), [c.id]);
  const first = await service.get<RequestSummary[]>('/requests?limit=2');
  t.is(first.body.pagination.hasMore, true);
  const second = await service.get<RequestSummary[]>(`/requests?limit=2&cursor=${first.body.pagination.nextCursor}`);
  t.deepEqual(
    [...first.body.data, ...second.body.data].map(({ id }) => id),
    [c.id, b.id, a.id],
  );
  t.deepEqual(second.body.pagination, { hasMore: false, nextCursor: null });
});

test('malformed queries, cursors and ids are refused', async (t) => {
  const { get } = await startService(t);
  for (const query of [
    'status=x',
    'cursor=abc',
    'limit=0',
    'limit=201',
    'since=yesterday',
    'unknown=1',
    'catalogId=Not%20One',
  ]) {
    const { status, body } = await get(`/requests?${query}`);
    t.is(status, 400, query);
    t.is(body.error.code, 'INVALID_REQUEST', query);
  }
  t.is((await get('/requests/not-an-id')).status, 400);
});

test('another tenant’s request is not there', async (t) => {
  const service = await startService(t);
  await service.offer(anItem());
  const { id } = await submit(service);
  const identity = { ...developer, tenant: 'other' };
  for (const path of [`/requests/${id}`, `/requests/${id}/status`, `/requests/${id}/tasks`, `/requests/${id}/events`]) {
    const { status, body } = await service.get(path, { identity });
    t.is(status, 404, path);
    const missing = await service.get(path.replace(id, newId()));
    t.is(missing.status, 404, path);
    t.is(body.error.code, missing.body.error.code);
  }
  t.deepEqual(await ids(service, '', identity), []);
});

interface Follower {
  readonly events: { readonly id: string; readonly data: RequestChange }[];
  readonly ended: Promise<void>;
}

const follow = async (service: RunningService, id: string, headers: Record<string, string> = {}): Promise<Follower> => {
  const response = await fetch(`${service.url}/requests/${id}/events`, { headers: await service.headers({ headers }) });
  const events: Follower['events'] = [];
  const read = async () => {
    if (!response.body) return;
    for await (const event of readServerSentEvents(response.body))
      events.push({ id: event.id, data: JSON.parse(event.data) });
  };
  return { events, ended: read() };
};

test('a stream tells every change from the first on and ends with the one that ends the request', async (t) => {
  const service = await startService(t);
  await service.offer(anItem());
  const { id } = await submit(service);
  const live = await follow(service, id);
  await eventually(
    async () => live.events.length,
    (count) => count === 2,
  );
  await complete(service);
  await live.ended;
  t.deepEqual(
    live.events.map((event) => event.id),
    ['1', '2', '3', '4', '5', '6'],
  );
  t.deepEqual(
    live.events.map(({ data }) => `${data.change} ${data.from} ${data.to} ${data.actor}`),
    [
      'request-submitted null submitted dev@example.test',
      'task-queued pending queued dev@example.test',
      'task-started queued processing executor',
      'request-processing submitted processing executor',
      'task-completed processing completed executor',
      'request-completed processing completed executor',
    ],
  );
  const after = await follow(service, id);
  await after.ended;
  t.deepEqual(after.events, live.events);
  const resumed = await follow(service, id, { 'last-event-id': '4' });
  await resumed.ended;
  t.deepEqual(resumed.events, live.events.slice(4));
  const nothing = await follow(service, id, { 'last-event-id': '6' });
  await nothing.ended;
  t.deepEqual(nothing.events, []);
  t.is((await service.get(`/requests/${id}/events`, { headers: { 'last-event-id': 'x' } })).status, 400);
});

test('a stream hears of what another replica did', async (t) => {
  const service = await startService(t);
  await service.offer(anItem());
  const { id } = await submit(service);
  const replica = await service.replica();
  const streams = await Promise.all([follow(service, id), follow(replica, id)]);
  await complete(service);
  await Promise.all(streams.map(({ ended }) => ended));
  for (const { events } of streams) t.is(events.at(-1)?.data.change, 'request-completed');
});

test('the audit can be added to, but neither changed nor removed', async (t) => {
  const service = await startService(t);
  await service.offer(anItem());
  await submit(service);
  for (const text of ["UPDATE audit SET actor = 'x'", 'DELETE FROM audit', 'TRUNCATE audit']) {
    const error = await t.throwsAsync(service.database.query({ text }));
    t.true(error?.message.includes('only ever added to'), text);
  }
});

test('the service is ready once the catalog has arrived', async (t) => {
  const service = await startService(t);
  t.is((await service.get('/health/ready')).status, 503);
  await service.offer(anItem());
  t.is((await service.get('/health/ready')).status, 200);
});

test('operators see what is open, what was reported and what waits to be published', async (t) => {
  const service = await startService(t);
  await service.offer(anItem());
  await submit(service);
  await complete(service);
  await eventually(
    () => ids(service, '?status=completed'),
    ({ length }) => length === 1,
  );
  await submit(service);
  const text = await (await fetch(new URL('/metrics', service.url))).text();
  t.regex(text, /pao_requests_open\{status="submitted"\} 1/);
  t.regex(text, /pao_task_reports_total\{report="complete",outcome="recorded"\} 1/);
  t.regex(text, /pao_outbox_waiting \d/);
});

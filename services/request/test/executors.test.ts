import { type DataOf, type ExecutorPool, executorAnnouncedV1, type planRequests } from '@pao/contracts';
import test from 'ava';
import { createPostgresExecutors } from '../src/adapters/postgres/executors.ts';
import { createPostgresOverdueTasks } from '../src/adapters/postgres/overdue-tasks.ts';
import { createPostgresRecordReader } from '../src/adapters/postgres/record-reader.ts';
import { anAction, anItem, aPublication } from './documents.ts';
import { AT, aRequest, aTask, later, uuid } from './given.ts';
import { submission } from './request-store.contract.ts';
import { eventually, type RunningService, startService } from './running-service.ts';
import { closeStores, openStores } from './stores.ts';

test.after.always(closeStores);

const MINUTE = 60_000;

const dnsRecord = {
  ...{ type: 'dns-record', version: '1.2.0', summary: 'DNS records', idempotency: 'natural' as const },
  ...{ configSchema: { type: 'object' }, outputs: ['name'], secretMembers: [], canRollBack: true },
};

const announce = (service: RunningService, announcedAt: Date, rest: object = {}) =>
  service.publish(executorAnnouncedV1, 'dns', {
    ...{ pool: 'dns', instance: 'dns-1', actionTypes: [dnsRecord], announcedAt: announcedAt.toISOString() },
    ...rest,
  });

const poolsOf = async (service: RunningService) => (await service.get<readonly ExecutorPool[]>('/executors')).body.data;

const ofDns = (pools: readonly ExecutorPool[]) => pools.find(({ pool }) => pool === 'dns');

const ORDER = {
  items: [{ schemaVersion: 'catalog/v1', catalogItemId: 'database-standard', input: { name: 'orders-db' } }],
};

test('what executors tell of themselves is listed; an older word and a clock ahead change nothing', async (t) => {
  const service = await startService(t);
  await announce(service, new Date(Date.now() + 3_600_000));
  const pools = await eventually(
    () => poolsOf(service),
    (list) => ofDns(list) !== undefined,
  );
  t.like(ofDns(pools), { silent: false, hasQueue: false, queued: 0, instances: [{ instance: 'dns-1' }] });
  t.like(ofDns(pools)?.actionTypes[0], { type: 'dns-record', version: '1.2.0' });
  t.true(Date.parse(ofDns(pools)?.lastSeenAt ?? '') <= Date.now());
  t.like(
    pools.find(({ pool }) => pool === 'default'),
    { silent: true, lastSeenAt: null, hasQueue: true },
  );
  await announce(service, new Date(Date.now() - MINUTE), { stopping: true });
  await announce(service, new Date(), { instance: 'dns-2' });
  const after = await eventually(
    () => poolsOf(service),
    (list) => ofDns(list)?.instances.length === 2,
  );
  t.false(ofDns(after)?.silent);
  await announce(service, new Date(Date.now() + 1), { stopping: true });
  await eventually(
    () => poolsOf(service),
    (list) => ofDns(list)?.instances.length === 1,
  );
});

test('a plan is told in the words of the executor, and stays the same plan when these change', async (t) => {
  const service = await startService(t);
  await service.offer(
    anItem({ actions: [anAction({ executor: 'dns', type: 'dns-record', config: { to: '{{.current.name}}' } })] }),
  );
  const plan = async () => {
    const headers = { 'content-type': 'application/json', ...(await service.headers()) };
    const response = await fetch(`${service.url}/requests/plan`, {
      method: 'POST',
      headers,
      body: JSON.stringify(ORDER),
    });
    const { data } = (await response.json()) as { data: DataOf<typeof planRequests> };
    return { digest: data.items[0]?.planDigest, summary: data.items[0]?.tasks[0]?.summary };
  };
  const before = await plan();
  t.is(before.summary, null);
  const told = (words: string) =>
    eventually(
      () => plan(),
      ({ summary }) => summary === words,
    );
  await announce(service, new Date(), { actionTypes: [{ ...dnsRecord, plan: 'Points to {{config.to}}' }] });
  t.is((await told('Points to orders-db')).digest, before.digest);
  const planDigest = before.digest;
  const items = ORDER.items.map((item) => ({ ...item, planDigest }));
  await announce(service, new Date(), { actionTypes: [{ ...dnsRecord, summary: 'Records' }] });
  t.is((await told('Records')).digest, planDigest);
  t.is((await service.submit({ items })).status, 202);
});

test('a task of a pool that is silent, and has no queue, stays queued and says so', async (t) => {
  const service = await startService(t);
  await service.offer(anItem({ actions: [anAction({ executor: 'dns' })] }));
  const seen = new Date(Date.now() - 6 * MINUTE);
  await announce(service, seen);
  await eventually(
    () => poolsOf(service),
    (list) => ofDns(list) !== undefined,
  );
  const { id } = await service.accept(ORDER);
  const task = async () => (await service.get(`/requests/${id}`)).body.data.tasks[0];
  t.like(await task(), { status: 'queued', poolMissing: true, poolSilentSince: seen.toISOString() });
  t.is(ofDns(await poolsOf(service))?.queued, 1);
});

test('a pool that is silent is asked again every half hour at most, and is found', async (t) => {
  const stores = await openStores();
  await stores.catalog.publish(aPublication(anItem()));
  const executors = createPostgresExecutors(stores.database);
  const told = { pool: 'dns', instance: 'x', actionTypes: [], stopping: false };
  await executors.announce({ ...told, announcedAt: AT });
  const request = aRequest([
    aTask({ id: uuid(71), status: 'queued', queuedAt: AT, executor: 'dns' }),
    aTask({ id: uuid(72), position: 2, status: 'queued', queuedAt: AT }),
  ]);
  await stores.store.submit(submission([{ ...request, id: uuid(70), submissionId: uuid(69) }]));
  await stores.database.query({ text: 'DELETE FROM outbox' });
  const overdue = createPostgresOverdueTasks(stores.database);
  const find = async (ms: number) =>
    (await overdue.find({ at: later(ms), waitMs: MINUTE, limit: 10 }))
      .map(({ position }) => position)
      .toSorted((a, b) => a - b);
  t.deepEqual(await find(5 * MINUTE), [1, 2]);
  t.deepEqual(await find(6 * MINUTE), [2]);
  t.deepEqual(await find(30 * MINUTE), [1, 2]);
  const records = createPostgresRecordReader(stores.database);
  t.deepEqual(await records.silentPools({ at: later(5 * MINUTE), limit: 10 }), []);
  t.like(await records.silentPools({ at: later(6 * MINUTE), limit: 10 }), [
    {
      kind: 'pool-silent',
      subject: 'dns',
      since: AT,
      message: 'no executor of the pool dns runs, and 1 tasks wait for it',
    },
  ]);
  await executors.announce({ ...told, announcedAt: later(6 * MINUTE) });
  await executors.announce({ ...told, announcedAt: later(1), stopping: true });
  t.deepEqual(await find(7 * MINUTE), [1, 2]);
});

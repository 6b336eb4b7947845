import { executorAnnouncedV1, type RequestChange, type RollbackPreview, taskStartedV1 } from '@pao/contracts';
import test from 'ava';
import { aBundle, anAction, anItem } from './documents.ts';
import { required } from './given.ts';
import { about, at, fail, failure, isNow, next, post, stick, stopped, succeed, undoable } from './given-rollback.ts';
import { startService } from './running-service.ts';

test('a rollback is previewed, undoes what was done, last things first, and ends the request', async (t) => {
  const rest = { policy: { quota: { per: 'team', max: 1, resource: 'databases' } } } as const;
  const { service, id } = await stopped(t, fail, { rest });
  const preview = required((await service.get<RollbackPreview>(`/requests/${id}/rollback`)).body.data);
  t.deepEqual(
    preview.undone.map(({ position, by, payload }) => [position, by, payload?.endpoint]),
    [
      [2, 'rollback', { url: 'https://platform.example/v1/databases/b', method: 'DELETE' }],
      [1, 'rollback', { url: 'https://platform.example/v1/databases/a', method: 'DELETE' }],
    ],
  );
  t.deepEqual([preview.stays, preview.mayHaveHappened, preview.acknowledgementNeeded], [[], [], false]);
  const decided = await post(service, `${id}/rollback`, { version: preview.version, reason: 'not wanted' });
  t.is(decided.status, 202);
  t.like(decided.data, { status: 'rolling-back', version: preview.version + 1 });
  const first = await next(service);
  t.like(first.action, { id: 'second-undo', type: 'rest-api', idempotent: true });
  t.false('rollbackOf' in first.action);
  await service.publish(taskStartedV1, id, about(first));
  await succeed(service, first);
  const second = await next(service);
  t.like(second.action.config, { endpoint: { url: 'https://platform.example/v1/databases/a' } });
  await succeed(service, second);
  const ended = await isNow(service, id, 'aborted');
  t.deepEqual(ended.rolledBack, { undone: 2, left: 0, total: 2 });
  t.deepEqual(
    ended.tasks.map(({ status, rollbackOf }) => [status, ended.tasks.findIndex((task) => task.id === rollbackOf) + 1]),
    [
      ['completed', 0],
      ['completed', 0],
      ['skipped', 0],
      ['completed', 2],
      ['completed', 1],
    ],
  );
  const changes = required((await service.get<RequestChange[]>(`/requests/${id}/audit`)).body.data);
  const told = changes
    .filter(({ change }) => /undo|rolling/.test(change))
    .map(({ change, reason }) => [change, reason]);
  t.deepEqual(told, [
    ['task-undo-added', 'undoes task 2 (Create it)'],
    ['task-undo-added', 'undoes task 1 (Create it)'],
    ['request-rolling-back', 'not wanted'],
  ]);
  const units = await service.database.query<{ state: string }>({ text: 'SELECT state FROM quota_reservations' });
  t.deepEqual(units, [{ state: 'released' }]);
  const graph = await fetch(`${service.url}/requests/${id}/graph`, { headers: await service.headers() });
  t.regex(await graph.text(), /t4 -\. undoes \.-> t2/);
});

test('an undo that fails waits for a person: a retry goes on with it, an abort leaves the rest as it is', async (t) => {
  const { service, id } = await stopped(t, fail);
  await post(service, `${id}/rollback`, {});
  await fail(service, await next(service));
  const failed = await isNow(service, id, 'failed');
  t.like(failed.failure, { code: 'HTTP_503', actionId: 'second-undo' });
  t.is((await service.get(`/requests/${id}/rollback`)).status, 409);
  const twice = await post(service, `${id}/rollback`, {});
  t.regex(twice.error?.message ?? '', /Possible now: retry, escalate, complete-task, abort\./);
  t.is((await post(service, `${id}/retry`, {})).data?.status, 'rolling-back');
  const again = await next(service);
  t.like(again, { generation: 2, action: { id: 'second-undo' } });
  await fail(service, again);
  await isNow(service, id, 'failed');
  t.is((await post(service, `${id}/abort`, {})).data?.status, 'aborted');
  const { rolledBack } = required((await service.get(`/requests/${id}`)).body.data);
  t.deepEqual(rolledBack, { undone: 0, left: 2, total: 2 });
});

test('what may have happened is acknowledged, and a stuck undo has its own acknowledgement', async (t) => {
  const { service, id } = await stopped(t, stick);
  const preview = required((await service.get<RollbackPreview>(`/requests/${id}/rollback`)).body.data);
  t.like(preview, { acknowledgementNeeded: true, stays: [{ position: 3, why: 'unknown' }] });
  t.like(preview.mayHaveHappened[0], { position: 3, failure });
  const refused = await post(service, `${id}/rollback`, {});
  t.is(refused.status, 409);
  t.regex(refused.error?.message ?? '', /may have happened would stay: task 3 \(Create it\)/);
  t.is((await post(service, `${id}/rollback`, { acknowledgeUnknown: true })).status, 202);
  await stick(service, await next(service));
  await isNow(service, id, 'failed');
  t.is((await post(service, `${id}/retry`, {})).status, 409);
  t.is((await post(service, `${id}/retry`, { acknowledgeUnknown: true })).status, 202);
  t.is((await next(service)).generation, 2);
});

test('of two people one rolls back; a key repeats its answer; strangers may not', async (t) => {
  const { service, id } = await stopped(t, fail);
  const stranger = {
    subject: 'user:else',
    email: 'else@example.test',
    teams: ['others'],
    roles: [],
    tenant: 'default',
  };
  t.is((await post(service, `${id}/rollback`, {}, { identity: stranger })).status, 403);
  const options = { headers: { 'idempotency-key': 'roll-1' } };
  const { version } = required((await service.get(`/requests/${id}`)).body.data);
  const [one, two, other] = await Promise.all([
    post(service, `${id}/rollback`, { version }, options),
    post(service, `${id}/rollback`, { version }, options),
    post(service, `${id}/abort`, { version }),
  ]);
  t.deepEqual(one, two);
  t.deepEqual(new Set([one.status, other.status]), new Set([202, 409]));
  if (other.status === 202) return;
  const rows = await service.database.query<{ n: number }>({
    text: 'SELECT count(*)::int AS n FROM tasks WHERE rollback_of IS NOT NULL',
  });
  t.is(rows[0]?.n, 2);
});

test('a request that has done nothing that can be undone is not rolled back', async (t) => {
  const actions = ['first', 'second', 'third'].map((id) => anAction({ id }));
  const { service, id } = await stopped(t, fail, { actions });
  const preview = required((await service.get<RollbackPreview>(`/requests/${id}/rollback`)).body.data);
  t.deepEqual(preview.undone, []);
  t.deepEqual(
    preview.stays.map(({ position, why }) => [position, why]),
    [
      [2, 'not-undoable'],
      [1, 'not-undoable'],
    ],
  );
  const refused = await post(service, `${id}/rollback`, {});
  t.is(refused.status, 409);
  t.regex(refused.error?.message ?? '', /Nothing that the request has done can be undone/);
});

test('a type that says it can undo itself is asked to, with what is known of what it did', async (t) => {
  const record = anAction({
    id: 'record',
    type: 'dns-record',
    config: { name: '{{.current.name}}', at: '{{.system.uuid}}' },
    outputs: {},
  });
  const service = await startService(t);
  const item = anItem({ actions: [record, anAction()] });
  await service.offer(item);
  await service.publish(executorAnnouncedV1, 'default', {
    pool: 'default',
    instance: 'one',
    announcedAt: at(),
    actionTypes: [
      {
        ...{ type: 'dns-record', version: '1.0.0', summary: 'A record', idempotency: 'key', configSchema: {} },
        ...{ outputs: [], secretMembers: [], canRollBack: true },
      },
    ],
  });
  const items = [{ schemaVersion: 'catalog/v1', catalogItemId: item.metadata.id, input: { name: 'orders-db' } }];
  const { id } = await service.accept({ items });
  const made = await next(service);
  await succeed(service, made, { fqdn: 'orders-db.example' }, 'rec-7');
  await fail(service, await next(service));
  await isNow(service, id, 'failed');
  const preview = required((await service.get<RollbackPreview>(`/requests/${id}/rollback`)).body.data);
  t.like(preview.undone[0], { by: 'own-type', undo: { type: 'dns-record' } });
  await post(service, `${id}/rollback`, {});
  const undo = await next(service);
  t.deepEqual(undo.action.config, made.action.config);
  t.deepEqual(undo.action.rollbackOf, {
    taskId: made.taskId,
    generation: 1,
    outputs: { fqdn: 'orders-db.example' },
    externalRef: 'rec-7',
  });
  await succeed(service, undo);
  await isNow(service, id, 'aborted');
});

test('a bundle is undone across its components, those that depend on others before these', async (t) => {
  const service = await startService(t);
  const components = [
    { id: 'db', catalogItem: 'database-standard', dependsOn: [] },
    { id: 'app', catalogItem: 'database-standard', dependsOn: ['db'] },
    { id: 'dns', catalogItem: 'database-standard', dependsOn: ['app'] },
  ];
  await service.offer(anItem({ actions: [undoable('make')] }), aBundle(components, 'parallel'));
  const { id } = await service.accept({
    items: [{ schemaVersion: 'catalog/v1', bundleId: 'bundle-webapp', input: { name: 'shop' } }],
  });
  await succeed(service, await next(service), { id: 'db' });
  await succeed(service, await next(service), { id: 'app' });
  await fail(service, await next(service));
  await isNow(service, id, 'failed');
  await post(service, `${id}/rollback`, {});
  const first = await next(service);
  t.like(first.action.config, { endpoint: { url: 'https://platform.example/v1/databases/app' } });
  await succeed(service, first);
  const second = await next(service);
  t.like(second.action.config, { endpoint: { url: 'https://platform.example/v1/databases/db' } });
});

test('undos that are left to people become their tasks, and the request ends once they are done', async (t) => {
  const { service, id } = await stopped(t, fail);
  await post(service, `${id}/rollback`, {});
  await fail(service, await next(service));
  await isNow(service, id, 'failed');
  t.is((await post(service, `${id}/escalate`, {})).data?.status, 'escalating');
  const { tasks } = required((await service.get(`/requests/${id}`)).body.data);
  const waiting = tasks.filter(({ status }) => status === 'waiting');
  t.deepEqual(
    waiting.map(({ name }) => name),
    ['Undo: Create it', 'Undo: Create it'],
  );
  for (const task of waiting)
    t.is((await post(service, `${id}/tasks/${task.id}/complete`, { outputs: {} })).status, 202);
  const ended = await isNow(service, id, 'aborted');
  t.deepEqual(ended.rolledBack, { undone: 2, left: 0, total: 2 });
  t.deepEqual(
    ended.tasks.slice(3).map(({ byHand }) => byHand),
    [true, true],
  );
});

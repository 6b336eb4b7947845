import { setTimeout as sleep } from 'node:timers/promises';
import { operations } from '@pao/contracts';
import test from 'ava';
import { sandboxCalls, sandboxIssues } from './harness/sandbox.ts';
import { type Standalone, startStandalone, temporaryDirectory } from './harness/standalone.ts';
import { getData, submit, untilAtRest } from './harness/steps.ts';

// A newcomer's session with the built-in catalog and the sandbox, in the order it happens.

let system: Standalone;
let directory: { path: string; remove(): Promise<void> };

const webapp = {
  name: 'orders',
  basic: { environment: 'dev' },
  database: { instanceClass: 'db.t3.small', storageGb: 60 },
  application: { image: 'registry.example.com/orders/api:1.4.2' },
};

test.before(async () => {
  directory = await temporaryDirectory();
  system = await startStandalone({ dataDirectory: directory.path });
});

test.after.always(async () => {
  await system?.kill();
  await directory?.remove();
});

test.serial('the first start offers the starter catalog, without a finding', async (t) => {
  const entries = await getData(system, operations.listCatalog);
  const count = (kind: string): number => entries.filter((entry) => entry.kind === kind).length;
  t.true(count('CatalogItem') >= 12 && count('CatalogBundle') >= 3);
  t.deepEqual((await getData(system, operations.getCatalogSync)).findings, []);
});

test.serial('an item is requested, its task calls the platform once, and its outputs are kept', async (t) => {
  const before = (await sandboxCalls(system)).length;
  const input = { name: 'ledger-db', basic: { environment: 'dev' }, database: { instanceClass: 'db.t3.medium' } };
  const [id = ''] = await submit(system, [{ item: 'database-postgresql-standard', input }]);
  const request = await untilAtRest(system, id);
  t.is(request.status, 'completed', JSON.stringify(request.failure));
  t.deepEqual(request.progress, { completed: 1, total: 1 });
  const calls = (await sandboxCalls(system)).slice(before);
  t.is(calls.length, 1);
  t.like(calls[0], { method: 'POST', path: '/v1/databases' });
  t.like(calls[0]?.body, { name: 'ledger-db', instanceClass: 'db.t3.medium', storageGb: 50, costCenter: null });
  t.truthy(request.outputs['endpoint'] ?? request.tasks[0]?.outputs['endpoint']);
});

test.serial(
  'a bundle runs its components in the order of their dependencies, each with the outputs before it',
  async (t) => {
    const before = (await sandboxCalls(system)).length;
    const [id = ''] = await submit(system, [{ bundle: 'bundle-webapp-standard', input: webapp }]);
    const request = await untilAtRest(system, id);
    t.is(request.status, 'completed', JSON.stringify(request.failure));
    t.deepEqual(
      request.tasks.map(({ component }) => component),
      ['database', 'secrets', 'app', 'app'],
    );
    const calls = (await sandboxCalls(system)).slice(before).filter(({ path }) => path.startsWith('/v1/'));
    t.deepEqual(
      calls.map(({ path }) => path),
      ['/v1/databases', '/v1/parameters', '/v1/applications'],
    );
    const endpoint = request.tasks[0]?.outputs['endpoint'];
    t.is(typeof endpoint, 'string');
    t.true(JSON.stringify(calls[2]?.body).includes(JSON.stringify(endpoint)));
    const issue = (await sandboxIssues(system)).at(-1);
    t.is(request.tasks[3]?.outputs['changeRecord'], issue?.key);
  },
);

test.serial('every change of a request can be read again as a stream that ends with the request', async (t) => {
  const [newest] = await getData(system, operations.listRequests, { query: { limit: 1 } });
  const changes = [];
  for await (const change of system.client.stream(operations.streamRequestEvents, {
    params: { id: newest?.id ?? '' },
  })) {
    changes.push(change);
  }
  t.deepEqual(
    changes.map(({ sequence }) => sequence),
    changes.map((_, index) => index + 1),
  );
  t.like(changes.at(-1), { to: 'completed' });
  t.is(changes.filter(({ taskId, to }) => taskId !== undefined && to === 'completed').length, 4);
});

test.serial('a refused call fails its task, stops the request there and shows among the escalations', async (t) => {
  const input = { ...webapp, name: 'will-fail' };
  const [id = ''] = await submit(system, [{ bundle: 'bundle-webapp-standard', input }]);
  const request = await untilAtRest(system, id);
  t.is(request.status, 'failed');
  t.deepEqual(
    request.tasks.map(({ status }) => status),
    ['failed', 'pending', 'pending', 'pending'],
  );
  t.is(request.failure?.stuck, null);
  const list = () => getData(system, operations.listEscalations, { query: { requestId: id } });
  // The news travels over the bus.
  while ((await list()).length === 0) await sleep(20);
  const open = await list();
  t.like(open[0], { requestId: id, status: 'open', completedTasks: 0, totalTasks: 4 });
});

test.serial('an answer that leaves the outcome open stops the request with that flag, after one call', async (t) => {
  const before = (await sandboxCalls(system)).length;
  const input = { name: 'flaky-db', basic: { environment: 'dev' }, database: { instanceClass: 'db.t3.small' } };
  const [id = ''] = await submit(system, [{ item: 'database-postgresql-standard', input }]);
  const request = await untilAtRest(system, id);
  t.is(request.status, 'failed');
  t.is(request.failure?.stuck, 'outcome-unknown');
  t.is((await sandboxCalls(system)).length - before, 1);
});

test.serial('Ctrl-C ends everything within seconds, and the next start finds the requests of before', async (t) => {
  const before = await getData(system, operations.listRequests);
  t.is(await system.stop(), 0);
  system = await startStandalone({ dataDirectory: directory.path });
  t.deepEqual(await getData(system, operations.listRequests), before);
});

import { join } from 'node:path';
import { type Incident, operations, type RequestDetails } from '@pao/contracts';
import { eventually } from '@pao/testkit';
import test from 'ava';
import { writeStepCatalog } from './harness/catalog.ts';
import { type RestTarget, startRestTarget, type TargetAnswer, type TargetCall } from './harness/rest-target.ts';
import { type Standalone, startStandalone, temporaryDirectory } from './harness/standalone.ts';
import { getData, submit, untilAtRest } from './harness/steps.ts';

// A target that refuses, on the real system: what people are told of it, once for each request and once for all of them.

const HOOK = '/hook';

let system: Standalone;
let target: RestTarget;
let directory: { path: string; remove(): Promise<void> };
let isMended = false;

const answerTo = ({ path }: TargetCall): TargetAnswer => (path === HOOK || isMended ? {} : { status: 422 });

test.before(async () => {
  directory = await temporaryDirectory();
  target = await startRestTarget(answerTo);
  const catalog = join(directory.path, 'catalog');
  await writeStepCatalog(catalog, target.host);
  system = await startStandalone({
    dataDirectory: join(directory.path, 'data'),
    sharesDatabaseServer: true,
    environment: { PAO_CATALOG: catalog, PAO_EGRESS_ALLOW: target.host },
  });
});

test.after.always(async () => {
  await system?.kill();
  await target?.close();
  await directory?.remove();
});

/** One after the other, so that there is a first and a last. */
const failing = async (item: string, names: readonly string[]): Promise<readonly RequestDetails[]> => {
  const ended: RequestDetails[] = [];
  for (const name of names) {
    const [id = ''] = await submit(system, [{ item, input: { name } }]);
    ended.push(await untilAtRest(system, id));
  }
  return ended;
};

/** Those at the target, once the one of the item counts so many requests. */
const incidentsOnce = (catalogId: string, count: number): Promise<readonly Incident[]> =>
  eventually(
    async () => {
      const query = { targetHost: target.host };
      const incidents = await getData(system, operations.listIncidents, { query });
      const isThere = ({ fingerprint, requestCount }: Incident) =>
        fingerprint.catalogId === catalogId && requestCount === count;
      return incidents.some(isThere) && incidents;
    },
    { timeoutMs: 30_000 },
  );

const retry = async (id: string): Promise<RequestDetails> => {
  await getData(system, operations.retryRequest, { params: { id }, body: {} });
  return eventually(
    async () => {
      const request = await getData(system, operations.getRequest, { params: { id } });
      return request.status === 'completed' && request;
    },
    { timeoutMs: 30_000 },
  );
};

test('failures of one item at one target are one incident from the first to the last, with a runbook, and people are told', async (t) => {
  const channel = { kind: 'webhook' as const, url: `http://${target.host}${HOOK}` };
  const events = ['failed' as const, 'completed' as const];
  await getData(system, operations.createSubscription, { body: { name: 'us', channel, events } });

  const failed = await failing('testing-steps-3', ['one', 'two', 'three']);
  t.true(failed.every(({ status, failure }) => status === 'failed' && failure?.code === 'HTTP_422'));
  const [incident, ...more] = await incidentsOnce('testing-steps-3', 3);
  t.deepEqual(more, []);
  t.like(incident, {
    ...{ status: 'open', count: 3, waitingCount: 3, closed: null },
    fingerprint: { catalogId: 'testing-steps-3', actionId: 'step-1', failureCode: 'HTTP_422' },
  });
  const params = { id: incident?.id ?? '' };
  const details = await getData(system, operations.getIncident, { params });
  const times = details.requests.map(({ failedAt }) => failedAt).toSorted();
  t.deepEqual([details.firstAt, details.lastAt], [times[0], times[2]]);
  t.true(details.firstAt < details.lastAt);
  t.deepEqual(details.requests.map(({ requestId }) => requestId).toSorted(), failed.map(({ id }) => id).toSorted());
  const page = await fetch(new URL(details.docUrl ?? '', system.url));
  t.is(page.status, 200);
  t.true((await page.text()).includes('HTTP_422'));

  // Another item at the same target is another incident, found by the target all the same.
  await failing('testing-steps-1', ['four', 'five']);
  t.is((await incidentsOnce('testing-steps-1', 2)).length, 2);

  isMended = true;
  t.is((await retry(failed[0]?.id ?? '')).status, 'completed');
  const left = await eventually(async () => {
    const now = await getData(system, operations.getIncident, { params });
    return now.waitingCount === 2 && now;
  });
  t.like(left, { count: 3, requestCount: 3, firstAt: details.firstAt, lastAt: details.lastAt });
  await getData(system, operations.closeIncident, { params, body: { reason: 'the target is mended' } });
  t.like(await getData(system, operations.getIncident, { params }), { closed: { reason: 'the target is mended' } });

  // One notification for each of five failures and the completion.
  const told = await eventually(() => {
    const calls = target.calls.filter(({ path }) => path === HOOK);
    return calls.length >= 6 && calls.map(({ body }) => body);
  });
  t.is(told.length, 6);
  t.is(told.filter((body) => body.includes('HTTP_422')).length, 5);
});

import { join } from 'node:path';
import { operations, type RequestDetails, type RequestEscalation } from '@pao/contracts';
import { eventually } from '@pao/testkit';
import test from 'ava';
import { writeStepCatalog } from './harness/catalog.ts';
import { type RestTarget, startRestTarget, type TargetAnswer, type TargetCall } from './harness/rest-target.ts';
import { type Standalone, startStandalone, temporaryDirectory } from './harness/standalone.ts';
import { getData, submit, untilAtRest } from './harness/steps.ts';

// A request that automation can't finish, on the real system: handed to people, closed in Jira, given back, completed.

let system: Standalone;
let target: RestTarget;
let directory: { path: string; remove(): Promise<void> };

const answerTo = ({ path, body }: TargetCall): TargetAnswer =>
  path === '/steps/2' && body.includes('"refused') ? { status: 422 } : { delayMs: 0 };

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

const read = (id: string): Promise<RequestDetails> => getData(system, operations.getRequest, { params: { id } });

const ticketsOf = async (id: string): Promise<RequestEscalation['tickets']> =>
  (await getData(system, operations.getRequestEscalation, { params: { id } })).tickets;

const escalated = async (name: string): Promise<RequestDetails> => {
  const [id = ''] = await submit(system, [{ item: 'testing-steps-3', input: { name } }]);
  const failed = await untilAtRest(system, id);
  if (failed.status !== 'failed') throw new Error(`it is ${failed.status}`);
  await getData(system, operations.escalateRequest, { params: { id }, body: { reason: 'the target is closed' } });
  return eventually(async () => {
    const request = await read(id);
    return request.status === 'escalated' && request;
  });
};

/** What a person does on the sandbox's page of a ticket. */
const close = async (url: string | null, transition: string, outputs = ''): Promise<void> => {
  const body = new URLSearchParams({ transition, outputs });
  const response = await fetch(url ?? '', { method: 'POST', body, redirect: 'manual' });
  if (response.status !== 303) throw new Error(`the page answered ${response.status}`);
};

test.serial(
  'a refused request is handed to people, done in Jira, given back, and completed by automation',
  async (t) => {
    const { id, tasks } = await escalated('refused-one');
    const tickets = await ticketsOf(id);
    t.deepEqual(
      tickets.map(({ position, key, status }) => [position, key, status]),
      [
        [2, 'TEST-1', 'open'],
        [3, 'TEST-2', 'open'],
      ],
    );
    t.deepEqual(
      (await read(id)).tasks.map(({ status }) => status),
      ['completed', 'waiting', 'waiting'],
    );
    await close(tickets[0]?.url ?? null, '31', 'id2: made-by-hand');
    await eventually(async () => (await read(id)).tasks[1]?.status === 'completed', { timeoutMs: 30_000 });
    await getData(system, operations.resumeRequest, { params: { id }, body: {} });
    const done = await untilAtRest(system, id);
    t.is(done.status, 'completed');
    t.deepEqual(
      done.tasks.map(({ generation }) => generation),
      [1, 1, 2],
    );
    t.is(done.tasks[1]?.outputs['id2'], 'made-by-hand');
    t.is(target.calls.filter(({ body }) => body.includes(tasks[0] ? id : '')).length, 3);
    await eventually(async () => {
      const response = await fetch(tickets[1]?.url ?? '');
      return (await response.text()).includes('given back to the automation');
    });
  },
);

test.serial('a ticket that is declined in Jira aborts the request and withdraws the others', async (t) => {
  const { id } = await escalated('refused-two');
  const tickets = await ticketsOf(id);
  await close(tickets[0]?.url ?? null, '41');
  const ended = await untilAtRest(system, id);
  t.is(ended.status, 'aborted');
  await eventually(async () => (await ticketsOf(id)).every(({ status }) => status !== 'open'));
});

import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient } from '@pao/client';
import { operations } from '@pao/contracts';
import test, { type ExecutionContext } from 'ava';
import { writeStepCatalog } from './harness/catalog.ts';
import { type Fleet, startFleet } from './harness/fleet.ts';
import { startRestTarget } from './harness/rest-target.ts';
import { temporaryDirectory } from './harness/standalone.ts';
import { getData, submit, untilAtRest } from './harness/steps.ts';

// Two people at the gateway and every service as a process of its own: one asks, the other agrees.

const KEY = 'pao_the-key-of-the-approver-of-this-test';

const approver = {
  name: 'approver',
  sha256: createHash('sha256').update(KEY).digest('hex'),
  email: 'approver@example.test',
  teams: ['finops'],
  roles: ['approver'],
  tenant: 'default',
};

const APPROVALS = `  approvals:
    - { id: size, when: "current.basic.size > \`50\`", approvers: { teams: [finops] }, expiresAfter: 72h }
    - { id: owner, when: "current.basic.size > \`50\`", approvers: { users: [approver@example.test] } }
`;

/** The step catalog, whose item of three steps needs two approvals when the size is large. */
const writeCatalog = async (folder: string, host: string): Promise<void> => {
  await writeStepCatalog(folder, host);
  const path = join(folder, 'catalog/testing/steps-3.yaml');
  const text = await readFile(path, 'utf8');
  const strategy = '  strategy: { mode: automatic }\n';
  await writeFile(path, text.replace(strategy, strategy + APPROVALS));
};

const start = async (t: ExecutionContext) => {
  const directory = await temporaryDirectory();
  const target = await startRestTarget();
  const catalog = join(directory.path, 'catalog');
  await writeCatalog(catalog, target.host);
  const fleet: Fleet = await startFleet({
    catalog,
    environment: { PAO_API_KEYS: JSON.stringify([approver]), PAO_EGRESS_ALLOW: target.host },
  });
  t.teardown(async () => {
    await fleet.stop();
    await target.close();
    await directory.remove();
  });
  return { fleet, target, second: { client: createClient({ baseUrl: fleet.url, apiKey: KEY, timeoutMs: 60_000 }) } };
};

test('a request waits for two people’s word through a kill -9 of its service, and then runs as it was approved', async (t) => {
  const { fleet, target, second } = await start(t);
  const [id = ''] = await submit(fleet, [{ item: 'testing-steps-3', input: { name: 'large', basic: { size: 80 } } }]);
  const [small = ''] = await submit(fleet, [{ item: 'testing-steps-3', input: { name: 'small' } }]);
  t.is((await untilAtRest(fleet, small)).status, 'completed');
  const waiting = await getData(fleet, operations.getRequest, { params: { id } });
  t.is(waiting.status, 'awaiting-approval');
  t.is(waiting.approvals?.length, 2);

  const revive = await fleet.kill('request');
  await revive();

  t.deepEqual(await getData(fleet, operations.listApprovals, {}), []);
  for (const stage of [1, 2]) {
    const [approval] = await getData(second, operations.listApprovals, {});
    t.like(approval, { stage, requestId: id, mayDecide: true, planDigest: waiting.planDigest });
    const call = { params: { id: approval?.id ?? '' }, body: { planDigest: approval?.planDigest, comment: 'fine' } };
    const own = await fleet.client.call(operations.giveApproval, call);
    t.true(!own.ok && own.error.kind === 'refused' && own.error.status === 403);
    t.is(target.calls.filter(({ body }) => body.includes('"large"')).length, 0);
    t.is((await getData(second, operations.giveApproval, call)).state, 'approved');
  }
  const done = await untilAtRest(fleet, id);
  t.is(done.status, 'completed');
  t.is(target.calls.filter(({ body }) => body.includes('"large"')).length, 3);
  t.deepEqual(
    done.approvals?.map(({ state, decisions }) => [state, decisions[0]?.email]),
    [
      ['approved', approver.email],
      ['approved', approver.email],
    ],
  );
  const audit = await getData(fleet, operations.verifyRequestAudit, { params: { id } });
  t.true(audit.intact);
});

test('a rejection ends a request before anything of it was called', async (t) => {
  const { fleet, target, second } = await start(t);
  const [id = ''] = await submit(fleet, [{ item: 'testing-steps-3', input: { name: 'large', basic: { size: 80 } } }]);
  const [approval] = await getData(second, operations.listApprovals, {});
  const call = { params: { id: approval?.id ?? '' }, body: { comment: 'too large' } };
  t.is((await getData(second, operations.rejectApproval, call)).requestStatus, 'aborted');
  t.is((await untilAtRest(fleet, id)).status, 'aborted');
  t.is(target.calls.length, 0);
  const denied = await second.client.call(operations.submitRequests, { body: { items: [] } });
  t.true(!denied.ok && denied.error.kind === 'refused' && denied.error.status === 403);
});

import { messages as contracts, decodeMessage, type Envelope } from '@pao/contracts';
import type { Approval as Safeguard } from '@pao/documents';
import test from 'ava';
import { anItem } from '../../../test/documents.ts';
import { anApprover, okValue, required } from '../../../test/given.ts';
import { CONTEXT, createWorld, type World } from '../../../test/memory-world.ts';
import { checkApprovals } from './check-approvals.ts';
import { decideApproval, type VoteCommand } from './decide-approval.ts';

const HOUR_MS = 3_600_000;

const cost: Safeguard = { id: 'cost', approvers: { teams: ['finops'] }, expiresAfter: '4h' };

/** A world in which one request waits for these. */
const waiting = async (...approvals: readonly Safeguard[]) => {
  const world = await createWorld(anItem({ rest: { fulfillment: { ...anItem().fulfillment, approvals } } }));
  const [requestId = ''] = await world.accepted();
  const dependencies = { ...world.dependencies, approvals: world.approvals };
  const read = async () => required(await world.store.find(requestId));
  const vote = async (name: string, rest: Partial<VoteCommand> = {}) => {
    const { approvals: stages } = await read();
    const { id } = required(stages.find(({ state }) => state === 'waiting'));
    const by = anApprover(name);
    const all = { kind: 'approve', approvalId: id, by, comment: null, tenantId: 'default', context: CONTEXT } as const;
    return decideApproval(dependencies)({ ...all, ...rest });
  };
  const look = () => checkApprovals(dependencies)(new AbortController().signal);
  return { world, read, vote, look };
};

/** What the world has told since it was last asked: each message by its type, held against its contract. */
const told = (world: World): readonly (readonly [type: string, data: object])[] =>
  world.takeMessages().map(({ type, body }) => {
    const contract = required(contracts.find((known) => known.type === type));
    return [type, (decodeMessage(contract, body) as Envelope<object>).data];
  });

const types = (world: World): readonly string[] => told(world).map(([type]) => type);

test('who may approve is told with what they need, and nothing is sent to be carried out', async (t) => {
  const { world, read } = await waiting(cost);
  const messages = told(world);
  t.deepEqual(
    messages.map(([type]) => type),
    ['request-submitted.v1', 'approval-requested.v1'],
  );
  const { approvals, planDigest } = await read();
  t.like(messages[1]?.[1], {
    approvalId: approvals[0]?.id,
    approval: 'cost',
    stage: 1,
    stages: 1,
    name: 'orders',
    requestedBy: 'dev@example.test',
    approvers: { teams: ['finops'], users: [] },
    minimum: 1,
    given: 0,
    planDigest,
    expiresAt: '2026-11-20T16:00:00.000Z',
  });
});

test('each vote is told with what it came to; the last sends the first task in the same step', async (t) => {
  const { world, vote } = await waiting({ ...cost, minimum: 2 }, { ...cost, id: 'risk' });
  world.takeMessages();
  okValue(await vote('ada', { comment: 'fine' }));
  const [[, first] = []] = told(world);
  t.like(first, { decision: 'approved', state: 'waiting', given: 1, decidedBy: 'ada@example.test', comment: 'fine' });
  okValue(await vote('grace'));
  const second = told(world);
  t.deepEqual(
    second.map(([type]) => type),
    ['approval-decided.v1', 'approval-requested.v1'],
  );
  t.like(second[0]?.[1], { state: 'approved', given: 2 });
  okValue(await vote('ada'));
  t.deepEqual(types(world), ['approval-decided.v1', 'execute-task.v1']);
});

test('a rejection is told, and that the request is over', async (t) => {
  const { world, vote } = await waiting(cost);
  world.takeMessages();
  okValue(await vote('ada', { kind: 'reject', comment: 'no' }));
  t.deepEqual(types(world), ['approval-decided.v1', 'request-aborted.v1']);
});

test('time reminds at the half, once, and ends what nobody decided', async (t) => {
  const { world, read, vote, look } = await waiting(cost);
  world.takeMessages();
  world.pass(2 * HOUR_MS - 1);
  t.is(await look(), 0);
  world.pass(1);
  t.deepEqual([await look(), await look()], [1, 0]);
  t.deepEqual(types(world), ['approval-reminder.v1']);
  world.pass(2 * HOUR_MS);
  const late = await vote('ada');
  t.like(late, { ok: false, error: { kind: 'not-waiting', state: 'expired' } });
  t.deepEqual([await look(), await look()], [1, 0]);
  const messages = told(world);
  t.deepEqual(
    messages.map(([type]) => type),
    ['approval-decided.v1', 'request-aborted.v1'],
  );
  t.like(messages[0]?.[1], { decision: 'expired', decidedBy: null });
  t.is((await read()).status, 'aborted');
});

test('a document that was changed after the submission changes neither what is approved nor what runs', async (t) => {
  const { world, read, vote } = await waiting(cost);
  await world.offer(anItem({ version: '2.0.0' }));
  world.takeMessages();
  okValue(await vote('ada', { planDigest: (await read()).planDigest ?? '' }));
  const [, command] = told(world);
  t.like(command, { 1: { catalog: { id: 'database-standard', version: '1.0.0' } } });
});

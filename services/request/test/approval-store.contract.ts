import type { TestFn } from 'ava';
import type { Approval } from '../src/core/domain/approval.ts';
import { advance, begin, recordSubmission } from '../src/core/domain/audit.ts';
import {
  type ApprovalVote,
  decideApproval,
  decideDueApproval,
  requestApproval,
} from '../src/core/domain/decide-approval.ts';
import type { Request } from '../src/core/domain/request.ts';
import type { Approvals } from '../src/core/ports/approvals.ts';
import type { NextVersion } from '../src/core/ports/request-store.ts';
import { anItem, aPublication } from './documents.ts';
import { AT, anApproval, anApprover, aRecording, aRequest, aTask, later, okValue, required, uuid } from './given.ts';
import { type StoreHarness, submission } from './request-store.contract.ts';

export interface ApprovalHarness extends StoreHarness {
  readonly approvals: Approvals;
}

let ids = 810_000;
const fresh = (): string => uuid((ids += 1));

/** A new request whose first stage is open, in a tenant of its own. */
const waiting = (tenantId: string, stages: readonly Partial<Approval>[], email = 'dev@example.test'): NextVersion => {
  const plain = aRequest([aTask({ id: fresh() })]);
  const approvals = stages.map((stage, index) => anApproval({ id: fresh(), stage: index + 1, ...stage }));
  const requester = { ...plain.requester, email };
  const ownIds = { id: fresh(), submissionId: fresh(), tenantId };
  const request = { ...plain, ...ownIds, requester, approvals, planDigest: 'd'.repeat(64) };
  const opened = advance(recordSubmission(request, aRecording), requestApproval(request, AT), aRecording);
  return { ...opened, messages: [] };
};

const next = (before: Request, events: Parameters<typeof advance>[1]): NextVersion => {
  const progress = advance(begin(before), events, aRecording);
  return { ...progress, request: { ...progress.request, version: before.version + 1 }, messages: [] };
};

const vote = (request: Request, name: string, rest: Partial<ApprovalVote> = {}): NextVersion => {
  const approvalId = required(request.approvals.find(({ state }) => state === 'waiting')).id;
  const by = anApprover(name);
  return next(
    request,
    okValue(decideApproval(request, { kind: 'approve', approvalId, by, at: AT, comment: null, ...rest })),
  );
};

/** What every store promises of approvals, and of where to find them. */
export const approvalStoreContract = (test: TestFn, name: string, setup: () => Promise<ApprovalHarness>): void => {
  let harness: ApprovalHarness;
  test.before(async () => {
    harness = await setup();
    await harness.catalog.publish(aPublication(anItem()));
  });

  const stored = async (version: NextVersion): Promise<Request> => {
    await harness.store.submit({ ...submission([version.request]), requests: [version] });
    return required(await harness.store.find(version.request.id));
  };
  const save = async (before: Request, version: NextVersion): Promise<Request> => {
    if ((await harness.store.saveDecision(before, version)) !== 'saved') throw new Error('not saved');
    return required(await harness.store.find(before.id));
  };
  const listed = async (filter: Partial<Parameters<Approvals['list']>[0]> & { readonly tenantId: string }) =>
    (await harness.approvals.list({ limit: 100, ...filter })).map(({ approvalId }) => approvalId);

  test(`${name}: approvals are found again as they were given, and after each vote as they are then`, async (t) => {
    const version = waiting(fresh(), [
      { minimum: 2, approvers: { teams: ['finops'], users: ['Ann@example.test'] } },
      {},
    ]);
    const before = await stored(version);
    t.deepEqual(before, version.request);
    const voted = vote(before, 'ada', { comment: 'fine' });
    t.deepEqual(await save(before, voted), voted.request);
    const second = vote(voted.request, 'grace');
    t.deepEqual((await save(voted.request, second)).approvals, second.request.approvals);
    t.is(second.request.approvals[1]?.state, 'waiting');
    t.is(await harness.approvals.requestOf(required(before.approvals[1]).id), before.id);
    t.is(await harness.approvals.requestOf(fresh()), undefined);
  });

  test(`${name}: of two votes on one version the second is refused, and leaves nothing`, async (t) => {
    const before = await stored(waiting(fresh(), [{}]));
    t.is(await harness.store.saveDecision(before, vote(before, 'ada')), 'saved');
    t.is(await harness.store.saveDecision(before, vote(before, 'eve', { kind: 'reject', comment: 'no' })), 'conflict');
    const { approvals, status, tenantId } = required(await harness.store.find(before.id));
    t.deepEqual([status, approvals[0]?.state], ['processing', 'approved']);
    t.deepEqual(await listed({ tenantId, states: ['rejected'] }), []);
    t.deepEqual(await listed({ tenantId, states: ['approved'] }), [required(approvals[0]).id]);
  });

  test(`${name}: people find what waits for them, and not what they asked for or have decided`, async (t) => {
    const tenantId = fresh();
    const named = await stored(waiting(tenantId, [{ approvers: { teams: [], users: ['Ada@Example.test'] } }]));
    const team = await stored(waiting(tenantId, [{ minimum: 2 }]));
    await stored(waiting(tenantId, [{ approvers: { teams: ['risk'], users: [] } }]));
    await stored(waiting(tenantId, [{}], 'ADA@example.test'));
    await stored(waiting(fresh(), [{}]));
    const ids = [team, named].map(({ approvals }) => required(approvals[0]).id);
    const ada = { email: 'ada@EXAMPLE.test', teams: ['finops', 'payments'] };
    t.deepEqual(await listed({ tenantId, states: ['waiting'], decidableBy: ada }), ids);
    t.deepEqual(await listed({ tenantId, decidableBy: ada, limit: 1 }), ids.slice(0, 1));
    t.deepEqual(await listed({ tenantId, decidableBy: ada, after: required(ids[0]) }), ids.slice(1));
    await save(team, vote(team, 'ada'));
    t.deepEqual(await listed({ tenantId, states: ['waiting'], decidableBy: ada }), ids.slice(1));
    t.is((await listed({ tenantId })).length, 4);
    t.is((await listed({ tenantId, requestedBy: 'Ada@example.test' })).length, 1);
  });

  test(`${name}: what is due is found, the longest first, until it was seen to`, async (t) => {
    const slow = await stored(waiting(fresh(), [{ expiresAfterMs: 90, remindAfterMs: 30 }]));
    const fast = await stored(waiting(fresh(), [{ expiresAfterMs: 40, remindAfterMs: 20 }]));
    const due = (ms: number) => harness.approvals.due({ at: later(ms), limit: 10 });
    t.deepEqual(await due(19), []);
    t.deepEqual(await due(30), [fast.id, slow.id]);
    const reminded = await save(fast, next(fast, decideDueApproval(fast, later(30))));
    t.deepEqual(await due(39), [slow.id]);
    t.deepEqual(await due(40), [slow.id, fast.id]);
    const over = await save(reminded, next(reminded, decideDueApproval(reminded, later(40))));
    t.is(over.status, 'aborted');
    t.deepEqual(await due(40), [slow.id]);
    await save(slow, vote(slow, 'ada'));
    t.deepEqual(await due(1_000), []);
  });
};

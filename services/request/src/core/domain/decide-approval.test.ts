import test from 'ava';
import {
  AT,
  aChain,
  anApproval,
  anApprover,
  aRecording,
  aRequest,
  later,
  okValue,
  sha256,
} from '../../../test/given.ts';
import type { Approval } from './approval.ts';
import { advance, begin, brokenLink } from './audit.ts';
import { isDue } from './decide.ts';
import { type ApprovalVote, decideApproval, decideDueApproval, requestApproval } from './decide-approval.ts';
import { evolve } from './evolve.ts';
import type { Request } from './request.ts';

const DIGEST = 'd'.repeat(64);

/** A request of two tasks whose first stage has opened. */
const waiting = (...approvals: readonly Partial<Approval>[]): Request => {
  const stages = approvals.map((approval, index) => anApproval({ stage: index + 1, ...approval }));
  const request = { ...aRequest(aChain(2)), approvals: stages, planDigest: DIGEST };
  return requestApproval(request, AT).reduce(evolve, request);
};

const vote = (request: Request, rest: Partial<ApprovalVote> = {}): ApprovalVote => ({
  kind: 'approve',
  approvalId: request.approvals.find(({ state }) => state === 'waiting')?.id ?? request.approvals[0]?.id ?? '',
  by: anApprover('ada'),
  at: later(1),
  comment: null,
  ...rest,
});

const after = (request: Request, rest: Partial<ApprovalVote> = {}): Request =>
  okValue(decideApproval(request, vote(request, rest))).reduce(evolve, request);

const refusal = (request: Request, rest: Partial<ApprovalVote> = {}): string => {
  const decided = decideApproval(request, vote(request, rest));
  return decided.ok ? 'decided' : decided.error.kind;
};

const states = ({ approvals }: Request): readonly string[] => approvals.map(({ state }) => state);

test('a request waits for its first stage, and nothing of it may be queued', (t) => {
  const request = waiting({}, {});
  t.is(request.status, 'awaiting-approval');
  t.deepEqual(states(request), ['waiting', 'not-needed-yet']);
  t.false(request.tasks.some((task) => isDue(request, task)));
  t.deepEqual(requestApproval(aRequest(), AT), []);
});

test('each stage opens when the one before is given, and its time begins then; with the last the request goes on', (t) => {
  const second = after(waiting({}, {}), { at: later(5) });
  t.deepEqual(states(second), ['approved', 'waiting']);
  t.is(second.status, 'awaiting-approval');
  t.deepEqual(second.approvals[1]?.openedAt, later(5));
  const done = after(second, { by: anApprover('grace') });
  t.deepEqual(states(done), ['approved', 'approved']);
  t.is(done.status, 'processing');
  t.deepEqual(
    done.tasks.map((task) => isDue(done, task)),
    [true, false],
  );
});

test('as many different people as the document says must approve, and each counts once however they signed in', (t) => {
  const once = after(waiting({ minimum: 2 }));
  t.deepEqual(states(once), ['waiting']);
  t.is(refusal(once), 'decided-before');
  t.is(
    refusal(once, { by: { ...anApprover('ada'), id: 'key:ada-laptop', email: 'ADA@example.test' } }),
    'decided-before',
  );
  t.is(after(once, { by: anApprover('grace') }).status, 'processing');
});

test('nobody decides about an own request, whatever their teams, names and roles', (t) => {
  const request = waiting({ approvers: { teams: ['payments', 'finops'], users: ['dev@example.test'] } });
  const { id, email } = request.requester;
  const roles = ['admin', 'operator', 'approver'];
  for (const by of [
    { id, email, teams: ['finops'], roles },
    { id, email: 'other@example.test', teams: ['finops'], roles },
    { id: 'key:dev', email: 'Dev@Example.Test', teams: ['payments'], roles },
  ]) {
    t.is(refusal(request, { by }), 'own-request');
    t.is(refusal(request, { by, kind: 'reject' }), 'own-request');
  }
});

test('only members of the teams and the people who are named decide; no role stands above that', (t) => {
  const request = waiting({ approvers: { teams: ['finops'], users: ['Named@example.test'] } });
  const stranger = { ...anApprover('eve'), teams: ['growth'], roles: ['admin'] };
  t.is(refusal(request, { by: stranger }), 'not-approver');
  t.is(refusal(request, { by: stranger, kind: 'reject' }), 'not-approver');
  t.is(refusal(request, { by: { ...stranger, email: 'named@EXAMPLE.test' } }), 'decided');
});

test('a rejection ends the request, with the comment as the reason', (t) => {
  const request = waiting({}, {});
  const rejected = after(request, { kind: 'reject', comment: 'too dear' });
  t.is(rejected.status, 'aborted');
  t.deepEqual(states(rejected), ['rejected', 'withdrawn']);
  t.deepEqual(
    rejected.tasks.map(({ status }) => status),
    ['skipped', 'skipped'],
  );
  const events = okValue(decideApproval(request, vote(request, { kind: 'reject', comment: 'too dear' })));
  const { changes } = advance(begin(request), events, aRecording);
  t.deepEqual(
    changes.map(({ change, to, reason }) => [change, to, reason]),
    [
      ['approval-rejected', 'rejected', 'cost: too dear'],
      ['task-skipped', 'skipped', null],
      ['task-skipped', 'skipped', null],
      ['request-aborted', 'aborted', 'ada@example.test rejected the approval cost: too dear'],
    ],
  );
  t.is(brokenLink(request.id, changes, sha256), undefined);
});

test('what is decided is decided: a stage that is over or not open yet takes no vote', (t) => {
  const request = waiting({}, {});
  const second = request.approvals[1]?.id ?? '';
  t.is(refusal(request, { approvalId: second }), 'not-waiting');
  t.is(refusal(request, { approvalId: 'nobody' }), 'unknown-approval');
  for (const kind of ['approve', 'reject'] as const) {
    t.is(refusal(after(request, { kind: 'reject', comment: 'no' }), { kind, by: anApprover('grace') }), 'not-waiting');
    t.is(refusal(after(waiting({})), { kind, by: anApprover('grace') }), 'not-waiting');
  }
  const aborted = evolve(request, { kind: 'request-abort', at: AT, reason: null, skipped: [1, 2] });
  t.deepEqual(states(aborted), ['withdrawn', 'withdrawn']);
  t.is(refusal(aborted), 'not-waiting');
});

test('a vote on another plan than the one that waits is refused', (t) => {
  const request = waiting({});
  t.is(refusal(request, { planDigest: 'e'.repeat(64) }), 'other-plan');
  t.is(refusal(request, { planDigest: DIGEST }), 'decided');
});

test('time reminds once, at the half, and then ends the request; a vote after the end is too late even before anybody looked', (t) => {
  const request = waiting({ expiresAfterMs: 1_000, remindAfterMs: 500 });
  t.deepEqual(decideDueApproval(request, later(499)), []);
  const reminded = decideDueApproval(request, later(500)).reduce(evolve, request);
  t.deepEqual(reminded.approvals[0]?.remindedAt, later(500));
  t.is(reminded.status, 'awaiting-approval');
  t.deepEqual(decideDueApproval(reminded, later(999)), []);
  t.is(refusal(reminded, { at: later(1_000) }), 'not-waiting');
  t.is(refusal(reminded, { at: later(999) }), 'decided');
  const expired = decideDueApproval(reminded, later(1_000)).reduce(evolve, reminded);
  t.is(expired.status, 'aborted');
  t.deepEqual(states(expired), ['expired']);
  t.deepEqual(decideDueApproval(expired, later(9_000)), []);
  // Nobody looked for so long that there is nothing left to remind of.
  t.is(decideDueApproval(request, later(2_000)).reduce(evolve, request).status, 'aborted');
});

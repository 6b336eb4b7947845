import type { Approval as ApprovalData } from '@pao/contracts';
import { err, ok, type Result, TransientError } from '@pao/kernel';
import { advance, begin } from '../domain/audit.ts';
import { type ApprovalVote, decideApproval as decide, type VoteRefusal } from '../domain/decide-approval.ts';
import type { Request } from '../domain/request.ts';
import type { Approvals } from '../ports/approvals.ts';
import type { NextVersion } from '../ports/request-store.ts';
import { approvalMessages } from './approval-messages.ts';
import { approvalView } from './approval-views.ts';
import { type CallContext, causeOf } from './caller.ts';
import { teamsToTell } from './concerned-teams.ts';
import type { Dependencies } from './dependencies.ts';
import { commandMessage, outcomeMessages } from './messages.ts';
import { dispatchNext } from './record-report.ts';
import { answerOf, findAnswer, type Place } from './stored-answers.ts';

export interface ApprovalDependencies extends Dependencies {
  readonly approvals: Approvals;
}

/** A vote; when it is given, is for the use case to say. */
export interface VoteCommand extends Omit<ApprovalVote, 'at'> {
  readonly tenantId: string;
  readonly context: CallContext;
  /** Present when the caller wants the same answer for the same call. */
  readonly idempotency?: { readonly key: string; readonly fingerprint: string };
}

export type VoteError = VoteRefusal | { readonly kind: 'other-body' };

type Voted = Result<ApprovalData, VoteError>;

const ROUTES = { approve: 'giveApproval', reject: 'rejectApproval' } as const;
const placeOf = ({ kind }: VoteCommand): Place => ({ route: ROUTES[kind], status: 202 });
/** How many people may vote about one request at the same moment. */
const MAX_ROUNDS = 50;

/**
 * Carries out a person's vote on what was read, stored only if that still holds. After a vote of somebody else in between it is decided
 * anew: of two who approve at once both count, and who approves what was rejected is told so.
 */
export const decideApproval =
  (dependencies: ApprovalDependencies) =>
  async (command: VoteCommand): Promise<Voted> => {
    const { store, approvals, commits } = dependencies;
    const requestId = await approvals.requestOf(command.approvalId);
    for (let round = 0; requestId !== undefined && round < MAX_ROUNDS; round += 1) {
      const before = await store.find(requestId);
      if (before?.tenantId !== command.tenantId) return err({ kind: 'unknown-approval' });
      const answered = await findAnswer<ApprovalData>(command, placeOf(command), dependencies);
      if (answered) return answered;
      const next = await nextVersion(before, command, dependencies);
      if (!next.ok) return next;
      const { version, view } = next.value;
      if ((await store.saveDecision(before, version, answerOf(command, placeOf(command), view))) !== 'saved') continue;
      commits.committed(version);
      return ok(view);
    }
    if (requestId === undefined) return err({ kind: 'unknown-approval' });
    throw new TransientError(`request ${requestId} changes faster than an approval can be stored`);
  };

const nextVersion = async (
  before: Request,
  { context, ...vote }: VoteCommand,
  dependencies: Dependencies,
): Promise<Result<{ readonly version: NextVersion; readonly view: ApprovalData }, VoteRefusal>> => {
  const { now, digest, newId, sealer, callbacks } = dependencies;
  const at = now();
  const decided = decide(before, { ...vote, at });
  if (!decided.ok) return decided;
  const recording = { cause: causeOf(context, vote.by.email, at), digest };
  const voted = advance(begin(before), decided.value, recording);
  const { progress, dispatched } = await dispatchNext(voted, recording, dependencies);
  const request = { ...progress.request, version: before.version + 1 };
  const teams = await teamsToTell(before, request, dependencies);
  const sending = { newId, at, traceparent: context.traceparent, sealer, callbacks, teams };
  const messages = [
    ...approvalMessages(request, decided.value, sending),
    ...dispatched.map((task) => commandMessage(request, task, sending)),
    ...outcomeMessages(before, request, sending),
  ];
  const approval = request.approvals.find(({ id }) => id === vote.approvalId);
  if (!approval) throw new Error(`request ${request.id} has lost the approval ${vote.approvalId}`);
  return ok({
    version: { ...progress, request, messages },
    view: approvalView(request, approval, { by: vote.by, at }),
  });
};

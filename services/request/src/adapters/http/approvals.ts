import { type Approval, getApproval, giveApproval, listApprovals, type QueryOf, rejectApproval } from '@pao/contracts';
import { type ApiError, apiError, bodyFingerprint, type Identity, page, type Route, route } from '@pao/http';
import type { Result } from '@pao/kernel';
import { currentTraceId, currentTraceparent } from '@pao/runtime';
import { z } from 'zod';
import { whoMay } from '../../core/domain/approval.ts';
import type { Person } from '../../core/domain/may-decide.ts';
import type { ApprovalFilter } from '../../core/ports/approvals.ts';
import type { VoteCommand, VoteError } from '../../core/use-cases/decide-approval.ts';
import { createBoundCursor } from './bound-cursor.ts';

export interface ApprovalRoutesOptions {
  readonly listApprovals: (filter: ApprovalFilter, by: Person) => Promise<readonly Approval[]>;
  readonly readApproval: (tenantId: string, id: string, by: Person) => Promise<Approval | undefined>;
  readonly decideApproval: (command: VoteCommand) => Promise<Result<Approval, VoteError>>;
}

const toPerson = ({ subject, email, teams, roles }: Identity): Person => ({ id: subject, email, teams, roles });

const notFound = (id: string): ApiError => apiError({ code: 'NOT_FOUND', message: `There is no approval ${id}.` });

const forbidden = (message: string): ApiError => apiError({ code: 'FORBIDDEN', message });

const errorOf = (error: VoteError, { approvalId }: VoteCommand): ApiError => {
  switch (error.kind) {
    case 'unknown-approval':
      return notFound(approvalId);
    case 'own-request':
      return forbidden('Nobody decides about an approval of their own request, whatever their teams and roles.');
    case 'not-approver':
      return forbidden(`Only those whom the document names decide about it: ${whoMay(error.approval.approvers)}.`);
    case 'other-body':
      return apiError({
        code: 'IDEMPOTENCY_MISMATCH',
        message: 'This Idempotency-Key was used with another body or approval. Take a new key for another decision.',
      });
    case 'other-plan':
      return apiError({
        code: 'PLAN_CHANGED',
        message: 'The plan that was looked at is not the one that waits for approval; nothing was decided. Look again.',
        details: [{ field: 'planDigest', issue: `is ${error.planDigest ?? 'none'} now` }],
      });
    case 'decided-before':
      return apiError({ code: 'CONFLICT', message: 'You have approved it already; it waits for somebody else.' });
    case 'not-waiting':
      return apiError({
        code: 'CONFLICT',
        message: `Nothing can be decided about it: it is ${error.state}, and the request is ${error.status}.`,
        details: [
          { field: 'state', issue: error.state },
          { field: 'requestStatus', issue: error.status },
        ],
      });
    default:
      return error satisfies never;
  }
};

/** What waits for people's agreement, and how they give it. */
export const approvalRoutes = (options: ApprovalRoutesOptions): readonly Route[] => {
  const decide = async (call: VoteCall, kind: VoteCommand['kind']) => {
    const command = commandOf(call, kind);
    const decided = await options.decideApproval(command);
    return decided.ok ? { data: decided.value } : errorOf(decided.error, command);
  };
  return [
    listRoute(options),
    route(getApproval, async ({ params: { id }, identity }) => {
      const approval = await options.readApproval(identity.tenant, id, toPerson(identity));
      return approval ? { data: approval } : notFound(id);
    }),
    route(giveApproval, (call) => decide(call, 'approve')),
    route(rejectApproval, (call) => decide(call, 'reject')),
  ];
};

const listRoute = (options: ApprovalRoutesOptions): Route =>
  route(listApprovals, async ({ query: { cursor, limit, ...query }, identity }) => {
    const filter = filterOf(query, identity);
    const cursors = createBoundCursor('approvals-1', z.uuid(), filter);
    const after = cursors.decode(cursor);
    if (!after.ok) return after.error;
    const paged = { ...filter, limit: limit + 1, ...(after.value !== undefined && { after: after.value }) };
    const found = await options.listApprovals(paged, toPerson(identity));
    const { data, pagination } = page(found, limit, ({ id }) => cursors.encode(id));
    return { data: [...data], pagination };
  });

const filterOf = (
  { scope, status }: Pick<QueryOf<typeof listApprovals>, 'scope' | 'status'>,
  { tenant, email, teams }: Identity,
): Omit<ApprovalFilter, 'limit'> => {
  const state = status ?? (scope === 'mine' ? 'waiting' : undefined);
  return {
    tenantId: tenant,
    ...(state !== undefined && { states: [state] }),
    ...(scope === 'mine' && { decidableBy: { email, teams } }),
    ...(scope === 'requested-by-me' && { requestedBy: email }),
  };
};

interface VoteCall {
  readonly params: { readonly id: string };
  readonly body: { readonly comment?: string | undefined; readonly planDigest?: string | undefined };
  readonly identity: Identity;
  readonly idempotencyKey: string | undefined;
  readonly correlationId: string;
}

const commandOf = (call: VoteCall, kind: VoteCommand['kind']): VoteCommand => {
  const { params, body, identity, idempotencyKey, correlationId } = call;
  return {
    kind,
    approvalId: params.id,
    tenantId: identity.tenant,
    by: toPerson(identity),
    comment: body.comment ?? null,
    ...(body.planDigest !== undefined && { planDigest: body.planDigest }),
    context: { correlationId, traceId: currentTraceId(), traceparent: currentTraceparent() },
    ...(idempotencyKey !== undefined && {
      idempotency: { key: idempotencyKey, fingerprint: bodyFingerprint({ id: params.id, ...body }) },
    }),
  };
};

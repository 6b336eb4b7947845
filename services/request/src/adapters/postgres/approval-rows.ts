import { type Approval, dueAt } from '../../core/domain/approval.ts';
import type { Request } from '../../core/domain/request.ts';

export const APPROVAL_COLUMNS = [
  'id',
  'request_id',
  'tenant_id',
  'stage',
  'state',
  'teams',
  'users',
  'requested_by',
  'decided_by',
  'due_at',
] as const;

/** What may change of an approval's row, with their types. */
export const APPROVAL_CHANGES = { id: 'uuid', state: 'text', decided_by: 'text[]', due_at: 'timestamptz' } as const;

type Row = { readonly [Column in (typeof APPROVAL_COLUMNS)[number]]: unknown };

const lower = (emails: readonly string[]): readonly string[] => emails.map((email) => email.toLowerCase());

const approvalRow = ({ id: request_id, tenantId, requester }: Request, approval: Approval): Row => ({
  id: approval.id,
  request_id,
  tenant_id: tenantId,
  stage: approval.stage,
  state: approval.state,
  teams: approval.approvers.teams,
  users: lower(approval.approvers.users),
  requested_by: requester.email.toLowerCase(),
  decided_by: lower(approval.decisions.map(({ email }) => email)),
  due_at: dueAt(approval),
});

export const approvalRows = (request: Request): readonly Row[] =>
  request.approvals.map((approval) => approvalRow(request, approval));

/** Rows of the approvals that are not the same objects as before. */
export const changedApprovals = (before: Request, after: Request): readonly Row[] =>
  after.approvals
    .filter((approval, index) => approval !== before.approvals[index])
    .map((approval) => approvalRow(after, approval));

/** As `request_states` keeps them. */
export const approvalsColumn = (approvals: readonly Approval[]): readonly Approval[] | null =>
  approvals.length > 0 ? approvals : null;

/** Times come back as text. */
type StoredApproval = Omit<Approval, 'openedAt' | 'remindedAt' | 'endedAt' | 'decisions'> & {
  readonly openedAt: string | null;
  readonly remindedAt: string | null;
  readonly endedAt: string | null;
  readonly decisions: readonly (Omit<Approval['decisions'][number], 'at'> & { readonly at: string })[];
};

export type ApprovalsColumn = readonly StoredApproval[] | null;

const time = (text: string | null): Date | null => (text === null ? null : new Date(text));

const NONE: readonly Approval[] = [];

export const toApprovals = (stored: ApprovalsColumn): readonly Approval[] =>
  stored === null
    ? NONE
    : stored.map((approval) => ({
        ...approval,
        openedAt: time(approval.openedAt),
        remindedAt: time(approval.remindedAt),
        endedAt: time(approval.endedAt),
        decisions: approval.decisions.map((decision) => ({ ...decision, at: new Date(decision.at) })),
      }));

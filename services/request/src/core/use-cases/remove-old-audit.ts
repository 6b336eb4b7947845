import { type AuditAnchor, type AuditFinding, compareAnchors, isAnchorIntact } from '@pao/contracts';
import { err, ok, type Result } from '@pao/kernel';
import type { RemovedAudit } from '../ports/removed-audit.ts';
import { anchorAudit } from './anchor-audit.ts';
import { type VerifyDependencies, verifyRequestAudit } from './verify-audit.ts';

export interface RemoveAuditDependencies extends VerifyDependencies {
  readonly removedAudit: RemovedAudit;
}

export interface RemoveAuditCommand {
  /** One that is kept outside. What it does not pin stays. */
  readonly anchor: AuditAnchor;
  /** Only chains that were recorded before then as a whole. */
  readonly before: Date;
}

export interface RemovedAuditReport {
  readonly requests: number;
  readonly rows: number;
  /** Chains that are not as they were written: they stay, as evidence. */
  readonly findings: readonly AuditFinding[];
}

/** `anchor-altered`: the file is not as it was made. `not-as-anchored`: the audit is not as the anchor says; nothing is removed then. */
export type RemoveAuditError =
  | { readonly kind: 'anchor-altered' }
  | { readonly kind: 'not-as-anchored'; readonly differences: readonly string[] };

const BATCH = 100;

/**
 * Removes the audit of requests that retention removed, whole chains of them, once it is old enough and pinned by an anchor that
 * somebody keeps. Anchors that are younger than the removed rows hold as before; older ones can't be compared any more.
 */
export const removeOldAudit =
  (dependencies: RemoveAuditDependencies) =>
  async ({ anchor, before }: RemoveAuditCommand): Promise<Result<RemovedAuditReport, RemoveAuditError>> => {
    const { removedAudit, digest } = dependencies;
    const { tenantId } = anchor;
    if (!isAnchorIntact(anchor, digest)) return err({ kind: 'anchor-altered' });
    const upTo = new Date(anchor.upTo);
    const differences = compareAnchors(anchor, await anchorAudit(dependencies)(tenantId, upTo));
    if (differences.length > 0) return err({ kind: 'not-as-anchored', differences });
    const limit = upTo < before ? upTo : before;
    const total = { requests: 0, rows: 0, findings: new Array<AuditFinding>() };
    let after: string | undefined;
    do {
      const ids = await removedAudit.find(tenantId, { before: limit, limit: BATCH, ...(after && { after }) });
      const { whole, rows, findings } = await sort(tenantId, ids, dependencies);
      if (whole.length > 0) await removedAudit.remove(whole);
      total.requests += whole.length;
      total.rows += rows;
      total.findings.push(...findings);
      after = ids.length === BATCH ? ids.at(-1) : undefined;
    } while (after !== undefined);
    return ok(total);
  };

const sort = async (tenantId: string, ids: readonly string[], dependencies: VerifyDependencies) => {
  const verify = verifyRequestAudit(dependencies);
  const chains = await Promise.all(ids.map((id) => verify(tenantId, id)));
  const found = chains.flatMap((chain) => chain ?? []);
  const intact = found.filter(({ finding }) => finding === undefined);
  return {
    whole: intact.map(({ requestId }) => requestId),
    rows: intact.reduce((sum, { rows }) => sum + rows, 0),
    findings: found.flatMap(({ finding }) => finding ?? []),
  };
};

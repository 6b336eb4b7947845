import { type AuditAnchor, createAnchorBuilder } from '@pao/contracts';
import type { VerifyDependencies } from './verify-audit.ts';

const BATCH = 5_000;

/**
 * Pins the audit of a tenant up to a moment, or up to the latest at which nothing can be added before it any more. A later moment
 * than that is not taken, since the same question would have another answer soon.
 */
export const anchorAudit =
  ({ auditReader, digest }: VerifyDependencies) =>
  async (tenantId: string, asked?: Date): Promise<AuditAnchor> => {
    const settled = await auditReader.settledUntil();
    const upTo = asked && asked < settled ? asked : settled;
    const builder = createAnchorBuilder(digest);
    let after: string | undefined;
    do {
      const heads = await auditReader.heads(tenantId, { upTo, limit: BATCH, ...(after !== undefined && { after }) });
      for (const head of heads) if (head.sequence > 0) builder.add(head);
      after = heads.length === BATCH ? heads.at(-1)?.requestId : undefined;
    } while (after !== undefined);
    return builder.anchor(tenantId, upTo.toISOString());
  };

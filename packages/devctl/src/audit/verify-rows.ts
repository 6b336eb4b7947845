import { createHash } from 'node:crypto';
import {
  type AuditAnchor,
  type AuditFinding,
  type AuditRowView,
  BEFORE_FIRST,
  type ChainHead,
  checkLink,
  createAnchorBuilder,
} from '@pao/contracts';

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export interface VerifiedRows {
  readonly requests: number;
  readonly rows: number;
  /** One a request, its first. */
  readonly findings: readonly AuditFinding[];
  /** The anchor of these rows. */
  anchor(tenantId: string): AuditAnchor | undefined;
}

/**
 * Checks an export by itself. Holds the end of each chain, and no rows. That a chain was cut off at its end only an anchor tells.
 * @param upTo of an anchor to be compared
 */
export const verifyRows = async (rows: AsyncIterable<AuditRowView>, upTo?: string): Promise<VerifiedRows> => {
  const heads = new Map<string, ChainHead>();
  const anchored = new Map<string, ChainHead>();
  const findings = new Map<string, AuditFinding>();
  let count = 0;
  for await (const row of rows) {
    count += 1;
    const { requestId, sequence, hash } = row;
    const finding = findings.has(requestId) ? undefined : checkLink(heads.get(requestId) ?? BEFORE_FIRST, row, sha256);
    if (finding) findings.set(requestId, finding);
    heads.set(requestId, { sequence, hash });
    if (upTo !== undefined && Date.parse(row.recordedAt) < Date.parse(upTo))
      anchored.set(requestId, { sequence, hash });
  }
  return {
    requests: heads.size,
    rows: count,
    findings: [...findings.values()],
    anchor: (tenantId) => (upTo === undefined ? undefined : anchorOf(anchored, tenantId, upTo)),
  };
};

const anchorOf = (heads: ReadonlyMap<string, ChainHead>, tenantId: string, upTo: string): AuditAnchor => {
  const builder = createAnchorBuilder(sha256);
  const ordered = [...heads].toSorted(([a], [b]) => (a < b ? -1 : 1));
  for (const [requestId, head] of ordered) builder.add({ requestId, ...head });
  return builder.anchor(tenantId, upTo);
};

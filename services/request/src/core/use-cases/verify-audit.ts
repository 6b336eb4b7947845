import { type AuditFinding, verifyChain } from '@pao/contracts';
import type { Digest } from '../domain/audit.ts';
import type { AuditReader, StoredChain } from '../ports/audit-reader.ts';
import { auditRowView } from './audit-views.ts';

export interface VerifyDependencies {
  readonly auditReader: AuditReader;
  readonly digest: Digest;
}

export interface VerifiedChain {
  readonly requestId: string;
  readonly rows: number;
  readonly finding: AuditFinding | undefined;
}

const verify = ({ requestId, rows, claimed }: StoredChain, digest: Digest): VerifiedChain => ({
  requestId,
  rows: rows.length,
  finding: verifyChain(requestId, { rows: rows.map(auditRowView), claimed }, digest),
});

/** Makes the chain of one request again; undefined when the tenant has no such request. */
export const verifyRequestAudit =
  ({ auditReader, digest }: VerifyDependencies) =>
  async (tenantId: string, requestId: string): Promise<VerifiedChain | undefined> => {
    const [chain] = await auditReader.chains(tenantId, { requestId, limit: 1 });
    return chain && verify(chain, digest);
  };

/** The same for requests after one, in the order of their ids. */
export const verifyAudit =
  ({ auditReader, digest }: VerifyDependencies) =>
  async (
    tenantId: string,
    page: { readonly after?: string; readonly limit: number },
  ): Promise<readonly VerifiedChain[]> =>
    (await auditReader.chains(tenantId, page)).map((chain) => verify(chain, digest));

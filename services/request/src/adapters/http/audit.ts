import {
  exportAudit as exportAuditOperation,
  getAuditAnchor,
  getRequestAudit,
  listAudit,
  type QueryOf,
  verifyAudit as verifyAuditOperation,
  verifyRequestAudit as verifyRequestAuditOperation,
} from '@pao/contracts';
import { type ApiError, apiError, download, type Identity, page, type Route, route } from '@pao/http';
import { z } from 'zod';
import type { AuditFilter } from '../../core/ports/audit-reader.ts';
import type { RequestReader } from '../../core/ports/request-reader.ts';
import { anchorAudit } from '../../core/use-cases/anchor-audit.ts';
import { auditRowView } from '../../core/use-cases/audit-views.ts';
import { exportAudit } from '../../core/use-cases/export-audit.ts';
import { type VerifyDependencies, verifyAudit, verifyRequestAudit } from '../../core/use-cases/verify-audit.ts';
import { createBoundCursor } from './bound-cursor.ts';

export interface AuditRoutesOptions extends VerifyDependencies {
  readonly reader: RequestReader;
}

const notFound = (id: string): ApiError => apiError({ code: 'NOT_FOUND', message: `There is no request ${id}.` });

const MEDIA_TYPES = { jsonl: 'application/x-ndjson', csv: 'text/csv' } as const;

/** The audit of one request, and of all. */
export const auditRoutes = (options: AuditRoutesOptions): readonly Route[] => [
  requestAuditRoute(options),
  verifyRequestRoute(options),
  listAuditRoute(options),
  exportRoute(options),
  verifyRoute(options),
  anchorRoute(options),
];

const requestAuditRoute = ({ auditReader, reader }: AuditRoutesOptions): Route =>
  route(getRequestAudit, async ({ params: { id: requestId }, query: { limit, cursor }, identity }) => {
    const { tenant: tenantId } = identity;
    const cursors = createBoundCursor('request-audit-1', z.int().min(0), { tenantId, requestId });
    const after = cursors.decode(cursor);
    if (!after.ok) return after.error;
    const [position] = await reader.positions([requestId]);
    if (position?.tenantId !== tenantId) return notFound(requestId);
    const place = { requestId, sequence: after.value ?? 0 };
    const rows = await auditReader.inChains({ tenantId, requestId }, { after: place, limit: limit + 1 });
    const { data, pagination } = page(rows, limit, ({ sequence }) => cursors.encode(sequence));
    return { data: data.map(auditRowView), pagination };
  });

const verifyRequestRoute = (options: AuditRoutesOptions): Route => {
  const verify = verifyRequestAudit(options);
  return route(verifyRequestAuditOperation, async ({ params: { id }, identity }) => {
    const chain = await verify(identity.tenant, id);
    if (!chain) return notFound(id);
    const { requestId, rows, finding = null } = chain;
    return { data: { requestId, rows, intact: finding === null, finding } };
  });
};

const placeSchema = z.strictObject({ at: z.iso.datetime(), requestId: z.uuid(), sequence: z.int() });

const listAuditRoute = ({ auditReader }: AuditRoutesOptions): Route =>
  route(listAudit, async ({ query: { limit, cursor, ...query }, identity }) => {
    const filter = filterOf(query, identity);
    const cursors = createBoundCursor('audit-1', placeSchema, filter);
    const before = cursors.decode(cursor);
    if (!before.ok) return before.error;
    const place = before.value && { ...before.value, at: new Date(before.value.at) };
    const rows = await auditReader.latest(filter, { limit: limit + 1, ...(place && { before: place }) });
    const { data, pagination } = page(rows, limit, ({ at, requestId, sequence }) =>
      cursors.encode({ at: at.toISOString(), requestId, sequence }),
    );
    return { data: data.map(auditRowView), pagination };
  });

const exportRoute = ({ auditReader }: AuditRoutesOptions): Route => {
  const toFile = exportAudit(auditReader);
  return route(exportAuditOperation, ({ query: { format, ...query }, identity }) =>
    download({
      file: toFile(filterOf(query, identity), format),
      mediaType: MEDIA_TYPES[format],
      name: `audit.${format}`,
    }),
  );
};

const verifyRoute = (options: AuditRoutesOptions): Route => {
  const verify = verifyAudit(options);
  return route(verifyAuditOperation, async ({ query: { limit, cursor }, identity: { tenant } }) => {
    const cursors = createBoundCursor('audit-chains-1', z.uuid(), tenant);
    const after = cursors.decode(cursor);
    if (!after.ok) return after.error;
    const chains = await verify(tenant, {
      limit: limit + 1,
      ...(after.value !== undefined && { after: after.value }),
    });
    const { data, pagination } = page(chains, limit, ({ requestId }) => cursors.encode(requestId));
    return {
      data: {
        requests: data.length,
        rows: data.reduce((total, { rows }) => total + rows, 0),
        findings: data.flatMap(({ finding }) => finding ?? []),
      },
      pagination,
    };
  });
};

const anchorRoute = (options: AuditRoutesOptions): Route => {
  const anchor = anchorAudit(options);
  return route(getAuditAnchor, async ({ query: { upTo }, identity }) => {
    const { shards, ...rest } = await anchor(identity.tenant, upTo === undefined ? undefined : new Date(upTo));
    return { data: { ...rest, shards: [...shards] } };
  });
};

const filterOf = (query: Omit<QueryOf<typeof listAudit>, 'limit' | 'cursor'>, { tenant }: Identity): AuditFilter => ({
  tenantId: tenant,
  ...(query.requestId !== undefined && { requestId: query.requestId }),
  ...(query.actor !== undefined && { actor: query.actor }),
  ...(query.change !== undefined && { change: query.change }),
  ...(query.catalogItemId !== undefined && { catalogItemId: query.catalogItemId }),
  ...(query.bundleId !== undefined && { bundleId: query.bundleId }),
  ...(query.since !== undefined && { since: new Date(query.since) }),
  ...(query.until !== undefined && { until: new Date(query.until) }),
});

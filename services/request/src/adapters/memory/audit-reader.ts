import type { Change } from '../../core/domain/audit.ts';
import type { Request } from '../../core/domain/request.ts';
import type { AuditFilter, AuditReader, AuditRow, ChainPlace } from '../../core/ports/audit-reader.ts';

interface Stored {
  readonly requests: ReadonlyMap<string, Request>;
  readonly audit: ReadonlyMap<string, readonly Change[]>;
}

/** The audit of one process, for tests: a row is recorded at the moment of its change. */
export const createMemoryAuditReader = (stored: Stored): AuditReader => {
  const requestsOf = (tenantId: string): readonly Request[] =>
    [...stored.requests.values()]
      .filter((request) => request.tenantId === tenantId)
      .toSorted((a, b) => compareTexts(a.id, b.id));
  const rowsOf = ({ id }: Request): readonly AuditRow[] =>
    (stored.audit.get(id) ?? []).map((change) => ({ ...change, requestId: id, recordedAt: change.at }));
  const found = (filter: AuditFilter): readonly AuditRow[] =>
    requestsOf(filter.tenantId)
      .filter((request) => isOf(request, filter))
      .flatMap(rowsOf)
      .filter((row) => matches(row, filter));
  return {
    latest: async (filter, { before, limit }) =>
      found(filter)
        .toSorted((a, b) => compareTimes(b, a))
        .filter((row) => !before || compareTimes(row, before) < 0)
        .slice(0, limit),
    inChains: async (filter, { after, limit }) =>
      found(filter)
        .filter((row) => !after || comparePlaces(row, after) > 0)
        .slice(0, limit),
    chains: async (tenantId, { requestId, after, limit }) =>
      requestsOf(tenantId)
        .filter(({ id }) => (requestId ?? id) === id && (after === undefined || id > after))
        .slice(0, limit)
        .map((request) => ({ requestId: request.id, rows: rowsOf(request), claimed: request.audit })),
    settledUntil: async () => new Date(),
    heads: async (tenantId, { upTo, after, limit }) =>
      requestsOf(tenantId)
        .filter(({ id }) => after === undefined || id > after)
        .slice(0, limit)
        .map((request) => {
          const last = rowsOf(request).findLast(({ recordedAt }) => recordedAt < upTo);
          return { requestId: request.id, sequence: last?.sequence ?? 0, hash: last?.hash ?? '' };
        }),
  };
};

const compareTexts = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

const comparePlaces = (a: ChainPlace, b: ChainPlace): number =>
  compareTexts(a.requestId, b.requestId) || a.sequence - b.sequence;

const compareTimes = (a: ChainPlace & { at: Date }, b: ChainPlace & { at: Date }): number =>
  a.at.getTime() - b.at.getTime() || comparePlaces(a, b);

const isOf = ({ id, kind, catalog }: Request, filter: AuditFilter): boolean =>
  (filter.requestId ?? id) === id &&
  (filter.catalogItemId === undefined || (kind === 'item' && catalog.id === filter.catalogItemId)) &&
  (filter.bundleId === undefined || (kind === 'bundle' && catalog.id === filter.bundleId));

const matches = ({ actor, change, at }: AuditRow, filter: AuditFilter): boolean =>
  (filter.actor ?? actor) === actor &&
  (filter.change ?? change) === change &&
  (filter.since === undefined || at >= filter.since) &&
  (filter.until === undefined || at < filter.until);

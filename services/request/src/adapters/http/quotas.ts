import {
  listCosts,
  listQuotas,
  quotaPerSchema,
  type releaseQuota as releaseOperation,
  releaseQuota as releaseQuotaOperation,
} from '@pao/contracts';
import { type ApiError, apiError, bodyFingerprint, type Call, type Identity, page, type Route, route } from '@pao/http';
import type { Result } from '@pao/kernel';
import { currentTraceId, currentTraceparent } from '@pao/runtime';
import { z } from 'zod';
import { looksAfterAll } from '../../core/domain/may-decide.ts';
import type { CostTotals } from '../../core/ports/cost-totals.ts';
import type { Onlooker, Quotas } from '../../core/ports/quotas.ts';
import { costTotalView, usageView } from '../../core/use-cases/quota-views.ts';
import type { ReleaseCommand, ReleasedView, ReleaseError } from '../../core/use-cases/release-quota.ts';
import { createBoundCursor } from './bound-cursor.ts';

export interface QuotaRoutesOptions {
  readonly quotas: Quotas;
  readonly costs: CostTotals;
  readonly release: (command: ReleaseCommand) => Promise<Result<ReleasedView, ReleaseError>>;
}

/** What is used of quotas, what all of it is estimated to cost, and giving back what is gone. */
export const quotaRoutes = (options: QuotaRoutesOptions): readonly Route[] => [
  listQuotasRoute(options),
  listCostsRoute(options),
  releaseRoute(options),
];

interface Seen {
  readonly tenantId: string;
  readonly seenBy?: Onlooker;
  readonly team?: string;
}

const forbidden = (message: string): ApiError => apiError({ code: 'FORBIDDEN', message });

/** Everybody sees what they and their teams use; who looks after all sees all. */
const seenOf = (identity: Identity, team: string | undefined): Seen | ApiError => {
  const { tenant: tenantId, teams, email } = identity;
  const all = looksAfterAll(identity);
  if (!all && team !== undefined && !teams.includes(team))
    return forbidden(`Only who is in the team ${team}, operators and admins see what it uses.`);
  return { tenantId, ...(!all && { seenBy: { teams, email } }), ...(team !== undefined && { team }) };
};

const isRefusal = (seen: Seen | ApiError): seen is ApiError => !('tenantId' in seen);

const counterSchema = z.strictObject({ resource: z.string(), per: quotaPerSchema, scope: z.string() });

const listQuotasRoute = ({ quotas }: QuotaRoutesOptions): Route =>
  route(listQuotas, async ({ query: { limit, cursor, team, resource }, identity }) => {
    const seen = seenOf(identity, team);
    if (isRefusal(seen)) return seen;
    const filter = { ...seen, ...(resource !== undefined && { resource }) };
    const cursors = createBoundCursor('quotas-1', counterSchema, filter);
    const after = cursors.decode(cursor);
    if (!after.ok) return after.error;
    const rows = await quotas.list({ ...filter, limit: limit + 1, ...(after.value && { after: after.value }) });
    const { data, pagination } = page(rows, limit, ({ resource: name, per, scope }) =>
      cursors.encode({ resource: name, per, scope }),
    );
    return { data: data.map(usageView), pagination };
  });

const totalSchema = z.strictObject({ key: z.string().nullable(), currency: z.string() });

const listCostsRoute = ({ costs }: QuotaRoutesOptions): Route =>
  route(listCosts, async ({ query: { limit, cursor, groupBy, team, since, until }, identity }) => {
    const seen = seenOf(identity, team);
    if (isRefusal(seen)) return seen;
    const filter = {
      ...seen,
      groupBy,
      ...(since !== undefined && { since: new Date(since) }),
      ...(until !== undefined && { until: new Date(until) }),
    };
    const cursors = createBoundCursor('costs-1', totalSchema, filter);
    const after = cursors.decode(cursor);
    if (!after.ok) return after.error;
    const rows = await costs.list({ ...filter, limit: limit + 1, ...(after.value && { after: after.value }) });
    const { data, pagination } = page(rows, limit, ({ key, currency }) => cursors.encode({ key, currency }));
    return { data: data.map(costTotalView), pagination };
  });

const releaseRoute = ({ release }: QuotaRoutesOptions): Route =>
  route(releaseQuotaOperation, async (call) => {
    const command = commandOf(call);
    const released = await release(command);
    return released.ok ? { data: released.value } : errorOf(released.error, command);
  });

const commandOf = ({
  body,
  identity,
  idempotencyKey,
  correlationId,
}: Pick<Call<typeof releaseOperation>, 'body' | 'identity' | 'idempotencyKey' | 'correlationId'>): ReleaseCommand => {
  const { subject: id, email, teams, roles, tenant: tenantId } = identity;
  const { requestId, resource, component, version, reason } = body;
  return {
    ...{ requestId, tenantId, reason },
    by: { id, email, teams, roles },
    ...(resource !== undefined && { resource }),
    ...(component !== undefined && { component }),
    ...(version !== undefined && { version }),
    context: { correlationId, traceId: currentTraceId(), traceparent: currentTraceparent() },
    ...(idempotencyKey !== undefined && { idempotency: { key: idempotencyKey, fingerprint: bodyFingerprint(body) } }),
  };
};

const errorOf = (error: ReleaseError, { requestId }: ReleaseCommand): ApiError => {
  switch (error.kind) {
    case 'not-found':
      return apiError({ code: 'NOT_FOUND', message: `There is no request ${requestId}.` });
    case 'not-allowed':
      return forbidden('Only operators and admins give back what is used of a quota.');
    case 'other-body':
      return apiError({
        code: 'IDEMPOTENCY_MISMATCH',
        message: 'This Idempotency-Key was used with another body. Take a new key for another release.',
      });
    case 'changed':
      return apiError({
        code: 'CONFLICT',
        message: `The request has changed meanwhile: it has version ${error.version} now.`,
        details: [{ field: 'version', issue: String(error.version) }],
      });
    case 'nothing-committed':
      return apiError({
        code: 'CONFLICT',
        message: `The request is ${error.status}, and nothing of what was named is committed. What is reserved is given back when the request ends as aborted; what was given back before is not used any more.`,
        details: [{ field: 'status', issue: error.status }],
      });
    default:
      return error satisfies never;
  }
};

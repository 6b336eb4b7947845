import type { Database, Queryable } from '@pao/postgres';
import { counterKey, stateOfUnits, takeUnits, type Used } from '../../core/domain/quota.ts';
import type { QuotaCounter, Request } from '../../core/domain/request.ts';
import type { QuotaExceeded, Submission } from '../../core/ports/request-store.ts';
import { LOCK_COUNTERS, RESERVE } from './quota-statements.ts';
import { submitAll } from './submit-requests.ts';

type Outcome = 'stored' | 'catalog-changed' | 'answered' | QuotaExceeded;

/**
 * Stores submissions that use quotas together, in a transaction that holds their counters: each is counted on top of those before it,
 * and one that does not fit refuses no other.
 */
export const submitWithQuotas =
  (database: Database) =>
  async (all: readonly Submission[]): Promise<readonly Outcome[]> => {
    const outcomes = new Map<Submission, Outcome>();
    for (let left = all; left.length > 0; left = all.filter((submission) => !outcomes.has(submission))) {
      const known = await database.transaction((tx) => submitFitting(tx, left));
      for (const [submission, outcome] of known) outcomes.set(submission, outcome);
    }
    return all.map((submission) => outcomes.get(submission) ?? 'answered');
  };

/** What became of those that fit, and of the others where it is certain: not when one that was counted was not stored after all. */
const submitFitting = async (
  tx: Queryable,
  all: readonly Submission[],
): Promise<readonly (readonly [Submission, Outcome])[]> => {
  const used = await lockCounters(tx, all.flatMap(requestsOf));
  const refusals = new Map<Submission, QuotaExceeded>();
  for (const submission of all) {
    const requests = requestsOf(submission);
    const exceeded = takeUnits(
      requests.map(({ quota }) => quota),
      used(requests[0]?.tenantId ?? ''),
    );
    if (exceeded.length > 0) refusals.set(submission, { kind: 'quota-exceeded', exceeded });
  }
  const fitting = all.filter((submission) => !refusals.has(submission));
  const outcomes = fitting.length > 0 ? await submitAll(tx)(fitting) : [];
  const stored = fitting.filter((_, index) => outcomes[index] === 'stored');
  if (stored.length > 0) await reserve(tx, stored.flatMap(requestsOf));
  return [
    ...fitting.map((submission, index) => [submission, outcomes[index] ?? 'answered'] as const),
    ...(stored.length === fitting.length ? refusals : []),
  ];
};

const requestsOf = ({ requests }: Submission): readonly Request[] => requests.map(({ request }) => request);

interface CounterRow extends QuotaCounter {
  readonly tenant_id: string;
  readonly used: number;
}

/** Locks every counter these requests use. What is used of them, by tenant. */
const lockCounters = async (tx: Queryable, requests: readonly Request[]): Promise<(tenantId: string) => Used> => {
  const counters = new Map(
    requests.flatMap(({ tenantId, quota }) =>
      (quota ?? []).map(({ resource, per, scope, max }) => [
        `${tenantId} ${counterKey({ resource, per, scope })}`,
        { tenant_id: tenantId, resource, per, scope, max },
      ]),
    ),
  );
  const rows = await tx.query<CounterRow>({ ...LOCK_COUNTERS, values: [JSON.stringify([...counters.values()])] });
  const used = new Map<string, Used>();
  for (const row of rows) {
    const ofTenant = used.get(row.tenant_id) ?? new Map<string, number>();
    used.set(row.tenant_id, ofTenant.set(counterKey(row), row.used));
  }
  return (tenantId) => used.get(tenantId) ?? new Map();
};

const reserve = (tx: Queryable, requests: readonly Request[]): Promise<unknown> =>
  tx.query({ ...RESERVE, values: [JSON.stringify(requests.flatMap(unitRows))] });

const unitRows = ({ id, tenantId, quota, status, updatedAt }: Request) =>
  (quota ?? []).map(({ resource, per, scope }, index) => ({
    request_id: id,
    unit: index + 1,
    tenant_id: tenantId,
    resource,
    per,
    scope,
    state: stateOfUnits(status),
    changed_at: updatedAt,
  }));

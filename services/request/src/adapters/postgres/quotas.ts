import type { Database, Statement } from '@pao/postgres';
import type { UnitState } from '../../core/domain/quota.ts';
import type { QuotaFilter, Quotas, QuotaUsage } from '../../core/ports/quotas.ts';
import { createConditions } from './conditions.ts';
import { UNIT_STATES, USED } from './quota-statements.ts';

/** What is used of quotas, in Postgres. */
export const createPostgresQuotas = (database: Database): Quotas => ({
  used: async (tenantId, counters) => {
    const rows = await database.query<{ used: number | null }>({
      ...USED,
      values: [tenantId, JSON.stringify(counters)],
    });
    return rows.map(({ used }) => used ?? 0);
  },
  unitStates: async (requestId) => {
    const rows = await database.query<{ state: UnitState }>({ ...UNIT_STATES, values: [requestId] });
    return rows.map(({ state }) => state);
  },
  list: (filter) => database.query<QuotaUsage>(listStatement(filter)),
});

const listStatement = ({ tenantId, seenBy, resource, team, limit, after }: QuotaFilter): Statement => {
  const all = createConditions();
  all.add(`tenant_id = ${all.given(tenantId)}`, 'reserved + committed > 0');
  if (resource !== undefined) all.add(`resource = ${all.given(resource)}`);
  if (team !== undefined) all.add(`per = 'team' AND scope = ${all.given(team)}`);
  if (seenBy)
    all.add(
      `(per = 'tenant' OR per = 'team' AND scope = ANY (${all.given(seenBy.teams)}::text[]) OR per = 'user' AND scope = ${all.given(seenBy.email)})`,
    );
  if (after)
    all.add(
      `(resource, per, scope) > (${all.given(after.resource)}, ${all.given(after.per)}, ${all.given(after.scope)})`,
    );
  return {
    text: `SELECT resource, per, scope, reserved, committed, max FROM quota_counters ${all.where()}
  ORDER BY resource, per, scope LIMIT ${all.given(limit)}`,
    values: all.values,
  };
};

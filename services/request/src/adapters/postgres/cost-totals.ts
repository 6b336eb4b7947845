import type { Database, Statement } from '@pao/postgres';
import type { CostFilter, CostGroup, CostTotal, CostTotals } from '../../core/ports/cost-totals.ts';
import { createConditions } from './conditions.ts';

/** Requests from before teams were named count for the first of who asked. */
const TEAM = 'coalesce(r.team, r.teams[1])';

const KEYS: Readonly<Record<CostGroup, string>> = {
  team: TEAM,
  item: 'r.catalog_id',
  month: "to_char(r.created_at AT TIME ZONE 'UTC', 'YYYY-MM')",
};

/** Sums of what documents say requests cost, in Postgres. */
export const createPostgresCostTotals = (database: Database): CostTotals => ({
  list: (filter) => database.query<CostTotal>(listStatement(filter)),
});

const amount = (condition: string): string =>
  `coalesce(round(sum(c.monthly) FILTER (WHERE ${condition}), 2), 0)::float8`;

const listStatement = ({ tenantId, groupBy, seenBy, team, since, until, limit, after }: CostFilter): Statement => {
  const all = createConditions();
  const key = KEYS[groupBy];
  all.add(`r.tenant_id = ${all.given(tenantId)}`, 'r.cost IS NOT NULL', "s.status <> 'aborted'");
  if (since !== undefined) all.add(`r.created_at >= ${all.given(since)}`);
  if (until !== undefined) all.add(`r.created_at < ${all.given(until)}`);
  if (team !== undefined) all.add(`${TEAM} = ${all.given(team)}`);
  if (seenBy)
    all.add(`(${TEAM} = ANY (${all.given(seenBy.teams)}::text[]) OR r.requested_by = ${all.given(seenBy.email)})`);
  // Pages must not depend on the language of the database.
  const place = [`coalesce(${key}, '') COLLATE "C"`, 'c.currency COLLATE "C"'].join(', ');
  if (after) all.add(`(${place}) > (${all.given(after.key ?? '')}, ${all.given(after.currency)})`);
  return {
    text: `SELECT ${key} AS key, c.currency, ${amount("s.status <> 'completed'")} AS reserved, ${amount("s.status = 'completed'")} AS committed,
    count(*) AS requests
  FROM requests r JOIN request_states s ON s.request_id = r.id
    CROSS JOIN LATERAL json_to_recordset(r.cost) AS c (currency text, monthly numeric)
  ${all.where()} GROUP BY ${key}, c.currency ORDER BY ${place} LIMIT ${all.given(limit)}`,
    values: all.values,
  };
};

import type { ServedActionType, ServedPool } from '@pao/documents';
import type { Database } from '@pao/postgres';
import type { ServedTypes } from '../../core/ports/served-types.ts';

const ANNOUNCE = `WITH old AS (
  DELETE FROM executors WHERE announced_at < now() - interval '30 days' AND (pool, instance) <> ($1, $2)
)
INSERT INTO executors AS e (pool, instance, action_types, announced_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (pool, instance) DO UPDATE SET action_types = excluded.action_types, announced_at = excluded.announced_at
WHERE excluded.announced_at > e.announced_at`;

const LIST = `SELECT pool, action_types AS "actionTypes" FROM executors WHERE announced_at > now() - interval '30 days'
ORDER BY announced_at, instance`;

export const createPostgresServedTypes = (database: Database): ServedTypes => ({
  announce: async ({ pool, instance, actionTypes, announcedAt }) => {
    await database.query({ text: ANNOUNCE, values: [pool, instance, JSON.stringify(actionTypes), announcedAt] });
  },
  pools: async () => {
    const rows = await database.query<ServedPool>({ name: 'executors-list', text: LIST });
    const byPool = Map.groupBy(rows, ({ pool }) => pool);
    return [...byPool].toSorted(byName).map(([pool, its]) => ({ pool, actionTypes: latestOf(its) }));
  },
});

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);

const latestOf = (announcements: readonly ServedPool[]): readonly ServedActionType[] => {
  const types = announcements.flatMap(({ actionTypes }) => actionTypes.map((one) => [one.type, one] as const));
  return [...new Map(types)].toSorted(byName).map(([, type]) => type);
};

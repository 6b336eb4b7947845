import type { Database } from '@pao/postgres';
import type { RemovedAudit } from '../../core/ports/removed-audit.ts';

const FIND = `SELECT request_id AS id FROM removed_requests
WHERE tenant_id = $1 AND audit_removed_at IS NULL AND recorded_at < $2 AND request_id > $3 ORDER BY request_id LIMIT $4`;

const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/** The note comes first: the audit gives up no row without it. */
export const createPostgresRemovedAudit = (database: Database): RemovedAudit => ({
  find: async (tenantId, { before, after = BEFORE_ALL, limit }) => {
    const rows = await database.query<{ id: string }>({ text: FIND, values: [tenantId, before, after, limit] });
    return rows.map(({ id }) => id);
  },
  remove: (requestIds) =>
    database.transaction(async (tx) => {
      const values = [requestIds];
      await tx.query({
        text: 'UPDATE removed_requests SET audit_removed_at = now() WHERE request_id = ANY ($1)',
        values,
      });
      await tx.query({ text: 'DELETE FROM audit WHERE request_id = ANY ($1)', values });
    }),
});

import type { Database } from '@pao/postgres';
import type { Finding } from '../../core/domain/attention.ts';
import type { Attention, ListedFinding } from '../../core/ports/attention.ts';

const REPLACE = `WITH found AS (
  SELECT * FROM json_populate_recordset(NULL::attention, $1)
), gone AS (
  DELETE FROM attention a WHERE kind = ANY ($2) AND NOT EXISTS (SELECT 1 FROM found f WHERE f.kind = a.kind AND f.subject = a.subject)
), kept AS (
  INSERT INTO attention AS a (kind, subject, tenant_id, request_id, message, since, found_at)
  SELECT kind, subject, tenant_id, request_id, message, since, $3 FROM found
  ON CONFLICT (kind, subject) DO UPDATE SET message = excluded.message, since = least(a.since, excluded.since)
  RETURNING a.*, xmax = 0 AS new
)
SELECT kind, subject, tenant_id AS "tenantId", request_id AS "requestId", message, since FROM kept WHERE new`;

const LIST = `SELECT kind, subject, tenant_id AS "tenantId", request_id AS "requestId", message, since, found_at AS "foundAt"
FROM attention WHERE (tenant_id IS NULL OR tenant_id = $1) AND ($2::timestamptz IS NULL OR (since, kind, subject) > ($2, $3, $4))
ORDER BY since, kind, subject LIMIT $5`;

export const createPostgresAttention = (database: Database): Attention => ({
  replace: (kinds, findings, at) =>
    database.query<Finding>({ text: REPLACE, values: [JSON.stringify(findings.map(toRow)), kinds, at] }),
  list: (tenantId, { after, limit }) =>
    database.query<ListedFinding>({
      text: LIST,
      values: [tenantId, after?.since ?? null, after?.kind ?? null, after?.subject ?? null, limit],
    }),
  counts: () => database.query({ text: 'SELECT kind, count(*) AS count FROM attention GROUP BY kind' }),
});

const toRow = ({ kind, subject, tenantId, requestId, message, since }: Finding) => ({
  kind,
  subject,
  tenant_id: tenantId,
  request_id: requestId,
  message,
  since,
});

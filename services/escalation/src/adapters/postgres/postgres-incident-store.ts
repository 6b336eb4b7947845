import type { Database, Statement } from '@pao/postgres';
import { CLOSED_BY_ITSELF } from '../../core/domain/incidents/incident.ts';
import type { IncidentQuery, IncidentRequestsQuery, IncidentStore } from '../../core/ports/incident-store.ts';
import { type CountedRow, type IncidentRequestRow, toCounted, toIncidentRequest } from './incident-rows.ts';
import { CLOSE, CLOSE_QUIET, countedWhere, DELETE_QUIET, FORGET_QUIET, requestsOf } from './incident-statements.ts';

/** Texts of people and filters may hold what PostgreSQL can't. */
const storable = (text: string): string => text.replaceAll('\0', '').toWellFormed();

const listStatement = ({ tenantId, limit, after, status, ...filters }: IncidentQuery): Statement => {
  const values: unknown[] = [tenantId, limit + 1];
  const parameter = (value: unknown): string => `$${values.push(value)}`;
  const conditions = [
    'incident.tenant_id = $1',
    `incident.status ${status === undefined ? "<> 'forming'" : `= '${status}'`}`,
  ];
  const equal = (column: string, value: string | undefined): void => {
    if (value !== undefined) conditions.push(`incident.${column} = ${parameter(storable(value))}`);
  };
  equal('catalog_id', filters.catalogId);
  equal('failure_code', filters.failureCode);
  equal('target_host', filters.targetHost);
  if (after) conditions.push(`(incident.opened_at, incident.id) < (${parameter(after.at)}, ${parameter(after.id)})`);
  return { text: countedWhere(conditions.join(' AND '), '$2'), values };
};

const requestsStatement = ({ tenantId, incidentId, limit, after }: IncidentRequestsQuery): Statement => {
  const values: unknown[] = [tenantId, incidentId, limit + 1];
  if (after) values.push(after.at, after.id);
  return {
    name: after ? 'incident-requests-next' : 'incident-requests',
    text: requestsOf(after ? 'AND (stop.failed_at, stop.id) < ($4, $5)' : ''),
    values,
  };
};

export const createPostgresIncidentStore = (database: Database): IncidentStore => ({
  list: async (query) => (await database.query<CountedRow>(listStatement(query))).map(toCounted),
  get: async (tenantId, id) => {
    const text = countedWhere("incident.tenant_id = $1 AND incident.id = $2 AND incident.status <> 'forming'", '1');
    const [row] = await database.query<CountedRow>({ name: 'incident-get', text, values: [tenantId, id] });
    return row && toCounted(row);
  },
  requests: async (query) =>
    (await database.query<IncidentRequestRow>(requestsStatement(query))).map(toIncidentRequest),
  close: async ({ tenantId, id, by, reason }) => {
    await database.query({ name: 'incident-close', text: CLOSE, values: [tenantId, id, by, storable(reason)] });
  },
  settle: async (quietSince) => {
    await database.query({ text: CLOSE_QUIET, values: [quietSince, CLOSED_BY_ITSELF] });
    await database.query({ text: FORGET_QUIET, values: [quietSince] });
    await database.query({ text: DELETE_QUIET, values: [quietSince] });
  },
});

import type { Database, Statement } from '@pao/postgres';
import type { ApprovalFilter, ApprovalPlace, Approvals } from '../../core/ports/approvals.ts';
import { createConditions } from './conditions.ts';

const DUE = {
  name: 'approvals-due',
  text: 'SELECT request_id AS id FROM approvals WHERE due_at <= $1 ORDER BY due_at LIMIT $2',
};

const REQUEST_OF = { name: 'approvals-request-of', text: 'SELECT request_id AS id FROM approvals WHERE id = $1' };

/** Where to find approvals, in Postgres. */
export const createPostgresApprovals = (database: Database): Approvals => ({
  list: (filter) => database.query<ApprovalPlace>(listStatement(filter)),
  requestOf: async (approvalId) => {
    const [row] = await database.query<{ id: string }>({ ...REQUEST_OF, values: [approvalId] });
    return row?.id;
  },
  due: async ({ at, limit }) => {
    const rows = await database.query<{ id: string }>({ ...DUE, values: [at, limit] });
    return rows.map(({ id }) => id);
  },
});

/** Not prepared: which index serves best depends on the filters. */
const listStatement = (filter: ApprovalFilter): Statement => {
  const all = createConditions();
  all.add(`tenant_id = ${all.given(filter.tenantId)}`);
  // One by one: so the index of what waits serves for that.
  if (filter.states !== undefined) all.add(`state IN (${filter.states.map((state) => all.given(state)).join(', ')})`);
  if (filter.decidableBy !== undefined) {
    const email = all.given(filter.decidableBy.email.toLowerCase());
    all.add(`(teams && ${all.given(filter.decidableBy.teams)}::text[] OR users @> ARRAY[${email}::text])`);
    all.add(`requested_by <> ${email}`, `(state <> 'waiting' OR NOT decided_by @> ARRAY[${email}::text])`);
  }
  if (filter.requestedBy !== undefined) all.add(`requested_by = ${all.given(filter.requestedBy.toLowerCase())}`);
  if (filter.after !== undefined) all.add(`id < ${all.given(filter.after)}`);
  return {
    text: `SELECT id AS "approvalId", request_id AS "requestId" FROM approvals ${all.where()} ORDER BY id DESC LIMIT ${all.given(filter.limit)}`,
    values: all.values,
  };
};

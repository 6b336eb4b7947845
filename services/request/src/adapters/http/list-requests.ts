import { listRequests, type QueryOf } from '@pao/contracts';
import { type Identity, page, type Route, route } from '@pao/http';
import { z } from 'zod';
import type { RequestStatus } from '../../core/domain/transitions.ts';
import type { RequestFilter, RequestReader } from '../../core/ports/request-reader.ts';
import { rowView } from '../../core/use-cases/views.ts';
import { createBoundCursor } from './bound-cursor.ts';

const positionSchema = z.strictObject({ id: z.uuid(), updatedAt: z.iso.datetime() });

type Query = QueryOf<typeof listRequests>;

export const listRequestsRoute = (reader: RequestReader): Route =>
  route(listRequests, async ({ query: { cursor, limit, ...query }, identity }) => {
    const filter = filterOf(query, identity);
    const cursors = createBoundCursor('requests-2', positionSchema, filter);
    const after = cursors.decode(cursor);
    if (!after.ok) return after.error;
    const place = after.value && { id: after.value.id, updatedAt: new Date(after.value.updatedAt) };
    const rows = await reader.list({ ...filter, limit: limit + 1, ...(place && { after: place }) });
    const { data, pagination } = page(rows, limit, ({ id, updatedAt }) =>
      cursors.encode({ id, updatedAt: updatedAt.toISOString() }),
    );
    return { data: data.map(rowView), pagination };
  });

const filterOf = (
  { status, requestedBy, since, until, q: text, sort, ...same }: Omit<Query, 'cursor' | 'limit'>,
  identity: Identity,
): Omit<RequestFilter, 'limit'> => ({
  tenantId: identity.tenant,
  sort,
  // The contract lets nothing but states through.
  ...(status !== undefined && { statuses: [...new Set(status.split(','))].toSorted() as RequestStatus[] }),
  ...(requestedBy !== undefined && { requestedBy: requestedBy === 'me' ? identity.email : requestedBy }),
  ...(since !== undefined && { since: new Date(since) }),
  ...(until !== undefined && { until: new Date(until) }),
  ...(text !== undefined && { text }),
  ...given(same),
});

/** Without the members that were not given. */
const given = <T extends object>(members: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [Name in keyof T]?: Exclude<T[Name], undefined>;
  };

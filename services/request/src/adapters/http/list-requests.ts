import { listRequests } from '@pao/contracts';
import { createCursor, invalidCursor, page, type Route, route } from '@pao/http';
import { z } from 'zod';
import type { RequestReader } from '../../core/ports/request-reader.ts';
import { rowView } from '../../core/use-cases/views.ts';

/** Ids are in order of creation, so the last one seen is all there is to a position. */
const cursors = createCursor('requests-1', z.strictObject({ id: z.uuid() }));

export const listRequestsRoute = (reader: RequestReader): Route =>
  route(listRequests, async ({ query, identity }) => {
    const after = query.cursor === undefined ? undefined : cursors.decode(query.cursor);
    if (after && !after.ok) return invalidCursor();
    const { limit, status, catalogId, requestedBy, since, q: text } = query;
    const rows = await reader.list({
      tenantId: identity.tenant,
      limit: limit + 1,
      ...(status !== undefined && { status }),
      ...(catalogId !== undefined && { catalogId }),
      ...(requestedBy !== undefined && { requestedBy: requestedBy === 'me' ? identity.email : requestedBy }),
      ...(since !== undefined && { since: new Date(since) }),
      ...(text !== undefined && { text }),
      ...(after && { before: after.value.id }),
    });
    const { data, pagination } = page(rows, limit, ({ id }) => cursors.encode({ id }));
    return { data: data.map(rowView), pagination };
  });

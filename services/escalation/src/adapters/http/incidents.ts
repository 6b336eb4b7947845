import {
  closeIncident,
  type DataOf,
  docUrlOf,
  getIncident,
  type Incident as IncidentView,
  listIncidents,
} from '@pao/contracts';
import { type ApiError, apiError, createCursor, invalidCursor, type Route, route } from '@pao/http';
import { z } from 'zod';
import { titleOf } from '../../core/domain/incidents/incident.ts';
import type { CountedIncident, IncidentRequest, IncidentStore, Position } from '../../core/ports/incident-store.ts';
import type { CloseError, CloseIncident } from '../../core/use-cases/incidents/close-incident.ts';

const place = z.strictObject({ at: z.iso.datetime(), id: z.uuid() });
const cursors = createCursor('incidents-1', place);
const requestCursors = createCursor('incident-requests-1', place);

type Cursors = typeof cursors;
type RequestView = DataOf<typeof getIncident>['requests'][number];

const view = (incident: CountedIncident): IncidentView => {
  const { id, fingerprint, status, stops, firstAt, lastAt, openedAt, closed, requests, waiting, stuck } = incident;
  const docUrl = docUrlOf(fingerprint.failureCode);
  return {
    ...{ id, title: titleOf(fingerprint), status: status === 'closed' ? 'closed' : 'open', fingerprint },
    ...(docUrl !== undefined && { docUrl }),
    ...{ count: stops, requestCount: requests, waitingCount: waiting, stuckCount: stuck },
    ...{ firstAt: firstAt.toISOString(), lastAt: lastAt.toISOString(), openedAt: (openedAt ?? firstAt).toISOString() },
    closed: closed && { ...closed, at: closed.at.toISOString() },
  };
};

const requestView = (request: IncidentRequest): RequestView => ({
  requestId: request.requestId,
  name: request.name,
  requestedBy: request.requestedBy,
  waiting: request.waiting,
  stuck: request.stuck,
  message: request.message,
  failedAt: request.failedAt.toISOString(),
});

/** Undefined: the cursor is none of this list. */
const positionOf = (list: Cursors, cursor: string | undefined): { readonly after?: Position } | undefined => {
  if (cursor === undefined) return {};
  const decoded = list.decode(cursor);
  return decoded.ok ? { after: { at: new Date(decoded.value.at), id: decoded.value.id } } : undefined;
};

const pageOf = <T>(found: readonly T[], limit: number, list: Cursors, place: (last: T) => Position) => {
  const page = found.slice(0, limit);
  const last = found.length > limit ? page.at(-1) : undefined;
  const position = last && place(last);
  const nextCursor = position ? list.encode({ at: position.at.toISOString(), id: position.id }) : null;
  return { page, pagination: { nextCursor, hasMore: nextCursor !== null } };
};

const notFound = (id: string): ApiError => apiError({ code: 'NOT_FOUND', message: `There is no incident ${id}.` });

const closeError = (id: string, error: CloseError): ApiError => {
  switch (error.kind) {
    case 'not-found':
      return notFound(id);
    case 'closed':
      return apiError({
        code: 'CONFLICT',
        message: `The incident was closed already${error.by === null ? '' : `, by ${error.by}`}.`,
      });
    default:
      return error satisfies never;
  }
};

const present = <T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;

export const incidentRoutes = (store: IncidentStore, close: CloseIncident): readonly Route[] => [
  route(listIncidents, async ({ query: { cursor, limit, ...filters }, identity: { tenant: tenantId } }) => {
    const position = positionOf(cursors, cursor);
    if (position === undefined) return invalidCursor();
    const found = await store.list({ tenantId, limit, ...present(filters), ...position });
    const { page, pagination } = pageOf(found, limit, cursors, ({ openedAt, firstAt, id }) => ({
      at: openedAt ?? firstAt,
      id,
    }));
    return { data: page.map(view), pagination };
  }),
  route(getIncident, async ({ params: { id }, query: { cursor, limit }, identity: { tenant: tenantId } }) => {
    const position = positionOf(requestCursors, cursor);
    if (position === undefined) return invalidCursor();
    const incident = await store.get(tenantId, id);
    if (incident === undefined) return notFound(id);
    const found = await store.requests({ tenantId, incidentId: id, limit, ...position });
    const { page, pagination } = pageOf(found, limit, requestCursors, ({ failedAt, escalationId }) => ({
      at: failedAt,
      id: escalationId,
    }));
    return { data: { ...view(incident), requests: page.map(requestView) }, pagination };
  }),
  route(closeIncident, async ({ params: { id }, body: { reason }, identity: { tenant: tenantId, email } }) => {
    const closed = await close({ tenantId, id, by: email, reason });
    return closed.ok ? { data: view(closed.value) } : closeError(id, closed.error);
  }),
];

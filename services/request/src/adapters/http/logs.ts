import { getRequestLogs, type QueryOf, streamRequestLogs } from '@pao/contracts';
import { type ApiError, apiError, eventStream, type Route, route } from '@pao/http';
import { ok } from '@pao/kernel';
import { z } from 'zod';
import type { LinePlace, LogPage, StoredLine } from '../../core/ports/task-logs.ts';
import type { FollowedLine, FollowLogsCommand } from '../../core/use-cases/follow-logs.ts';
import { logLineView } from '../../core/use-cases/log-views.ts';
import type { LogsRead } from '../../core/use-cases/read-logs.ts';
import { createBoundCursor } from './bound-cursor.ts';
import { formatLogPlace, parseLogPlace } from './log-place.ts';

export interface LogRoutesOptions {
  readonly readLogs: (tenantId: string, page: LogPage) => Promise<LogsRead | undefined>;
  readonly followLogs: (command: FollowLogsCommand) => Promise<AsyncIterable<FollowedLine> | undefined>;
}

const notFound = (id: string): ApiError => apiError({ code: 'NOT_FOUND', message: `There is no request ${id}.` });

const placeSchema = z.strictObject({
  at: z.iso.datetime(),
  source: z.enum(['request', 'executor']),
  lane: z.union([z.uuid(), z.literal('')]),
  generation: z.int().min(0),
  sequence: z.int().min(1),
});

const placeOf = ({ at, source, lane, generation, sequence }: StoredLine): LinePlace => ({
  at,
  source,
  lane,
  generation,
  sequence,
});

type Query = QueryOf<typeof getRequestLogs>;

const filterOf = ({ taskId, level, since }: Pick<Query, 'taskId' | 'level' | 'since'>) => ({
  ...(taskId !== undefined && { taskId }),
  ...(level !== undefined && { level }),
  ...(since !== undefined && { since: new Date(since) }),
});

/** The lines of a request, page by page in both directions, and live. */
export const logRoutes = ({ readLogs, followLogs }: LogRoutesOptions): readonly Route[] => [
  route(getRequestLogs, async ({ params: { id: requestId }, query, identity }) => {
    const filter = filterOf(query);
    const cursors = createBoundCursor('request-logs-1', placeSchema, { tenant: identity.tenant, requestId, filter });
    const direction = query.after === undefined ? 'before' : 'after';
    const place = cursors.decode(query.after ?? query.before);
    if (!place.ok) return invalidPlace(direction);
    const from = place.value && ({ direction, place: place.value as LinePlace } as const);
    const read = await readLogs(identity.tenant, { ...filter, requestId, limit: query.tail, ...(from && { from }) });
    if (!read) return notFound(requestId);
    const [first, last] = [read.lines[0], read.lines.at(-1)];
    return {
      data: {
        lines: read.lines.map(logLineView),
        previous: first && read.hasBefore ? cursors.encode(placeOf(first)) : null,
        next: last ? cursors.encode(placeOf(last)) : (query.after ?? null),
        more: read.hasAfter,
      },
    };
  }),
  route(streamRequestLogs, async ({ params: { id: requestId }, query: { tail, ...query }, identity, ...call }) => {
    const place = call.lastEventId === undefined ? ok(undefined) : parseLogPlace(call.lastEventId);
    if (!place.ok) return invalidEventId();
    const lines = await followLogs({
      tenantId: identity.tenant,
      requestId,
      signal: call.signal,
      ...filterOf({ ...query, since: undefined }),
      ...(tail !== undefined && { tail }),
      ...(place.value && { place: place.value }),
    });
    return lines ? eventStream(toEvents(lines)) : notFound(requestId);
  }),
];

const invalidPlace = (field: string): ApiError =>
  apiError({
    code: 'INVALID_REQUEST',
    message: `What is given as ${field} is not from an answer about these lines. Start again without it.`,
    details: [{ field, issue: 'is not a place among these lines' }],
  });

export const invalidEventId = (): ApiError =>
  apiError({
    code: 'INVALID_REQUEST',
    message: 'The Last-Event-ID is not the id of an event of this stream.',
    details: [{ field: 'Last-Event-ID', issue: 'is not the id of an event of this stream' }],
  });

async function* toEvents(lines: AsyncIterable<FollowedLine>) {
  for await (const { place, line } of lines) yield { id: formatLogPlace(place), data: logLineView(line) };
}

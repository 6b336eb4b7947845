import {
  getRequest,
  getRequestStatus,
  getRequestTasks,
  type Operation,
  type ParamsOf,
  streamRequestEvents,
} from '@pao/contracts';
import { type Answer, type ApiError, apiError, type Call, eventStream, type Route, route } from '@pao/http';
import type { Change } from '../../core/domain/audit.ts';
import type { LeadTime } from '../../core/domain/lead-time.ts';
import type { Request } from '../../core/domain/request.ts';
import { isFinal } from '../../core/domain/transitions.ts';
import type { KnownPools } from '../../core/ports/known-pools.ts';
import type { FollowCommand } from '../../core/use-cases/follow-request.ts';
import { changeView, detailsView, statusView, tasksView } from '../../core/use-cases/views.ts';

export interface RequestRoutesOptions {
  readonly pools: Pick<KnownPools, 'read'>;
  readonly readRequest: (tenantId: string, id: string) => Promise<Request | undefined>;
  readonly followRequest: (command: FollowCommand) => Promise<AsyncIterable<Change> | undefined>;
  /** Undefined until it is recorded. */
  readonly findLeadTime: (requestId: string) => Promise<LeadTime | undefined>;
}

const notFound = (id: string): ApiError => apiError({ code: 'NOT_FOUND', message: `There is no request ${id}.` });

const SEQUENCE = /^\d{1,9}$/;

const invalidEventId = (): ApiError =>
  apiError({
    code: 'INVALID_REQUEST',
    message: 'The Last-Event-ID is not the id of an event of this stream.',
    details: [{ field: 'Last-Event-ID', issue: 'is not a whole number' }],
  });

const hasQueued = ({ tasks }: Request): boolean => tasks.some(({ status }) => status === 'queued');

/** The reads of one request, and its stream. */
export const requestRoutes = ({
  pools,
  readRequest,
  followRequest,
  findLeadTime,
}: RequestRoutesOptions): readonly Route[] => {
  const poolsFor = async (request: Request) => (hasQueued(request) ? pools.read() : []);
  const read =
    <O extends Operation>(view: (request: Request) => Answer<O> | Promise<Answer<O>>) =>
    async ({ params, identity }: Call<O>): Promise<Answer<O>> => {
      // All operations bound here have the same parameters, which the compiler can't follow through `O`.
      const { id } = params as ParamsOf<typeof getRequestStatus>;
      const request = await readRequest(identity.tenant, id);
      return request ? view(request) : notFound(id);
    };
  return [
    route(getRequest, async ({ params: { id }, identity }) => {
      const request = await readRequest(identity.tenant, id);
      if (!request) return notFound(id);
      const leadTime = isFinal(request.status) ? await findLeadTime(id) : undefined;
      return { data: { ...detailsView(request, await poolsFor(request)), ...(leadTime && { leadTime }) } };
    }),
    route(
      getRequestStatus,
      read<typeof getRequestStatus>((request) => ({ data: statusView(request) })),
    ),
    route(
      getRequestTasks,
      read<typeof getRequestTasks>(async (request) => ({ data: tasksView(request, await poolsFor(request)) })),
    ),
    route(streamRequestEvents, async ({ params: { id: requestId }, identity, lastEventId, signal }) => {
      if (lastEventId !== undefined && !SEQUENCE.test(lastEventId)) return invalidEventId();
      const changes = await followRequest({
        tenantId: identity.tenant,
        requestId,
        after: Number(lastEventId ?? 0),
        signal,
      });
      return changes ? eventStream(toEvents(requestId, changes)) : notFound(requestId);
    }),
  ];
};

async function* toEvents(requestId: string, changes: AsyncIterable<Change>) {
  for await (const change of changes) {
    yield { id: String(change.sequence), data: changeView(requestId, change) };
  }
}

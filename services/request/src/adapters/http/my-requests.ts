import { type FollowedChange, streamMyRequests } from '@pao/contracts';
import {
  type ApiError,
  apiError,
  eventStream,
  type Identity,
  type Route,
  route,
  type ServerSentEvent,
} from '@pao/http';
import { ok, type Result } from '@pao/kernel';
import type { Person } from '../../core/domain/may-decide.ts';
import { formatPosition, parsePosition } from '../../core/domain/stream-position.ts';
import type { LoggedChange } from '../../core/ports/change-log.ts';
import type { FollowChangesCommand, FollowRefusal } from '../../core/use-cases/follow-changes.ts';
import { changeView } from '../../core/use-cases/views.ts';
import type { FollowedEvent } from '../../core/use-cases/waiting-events.ts';
import { invalidEventId } from './logs.ts';

type FollowChanges = (command: FollowChangesCommand) => Promise<Result<AsyncIterable<FollowedEvent>, FollowRefusal>>;

const personOf = ({ subject: id, email, teams, roles }: Identity): Person => ({ id, email, teams, roles });

const refusalOf = (refusal: FollowRefusal): ApiError => {
  switch (refusal.kind) {
    case 'unknown-position':
      return invalidEventId();
    case 'not-for-you':
      return refusal.what === 'scope'
        ? apiError({ code: 'FORBIDDEN', message: "Only operators and admins follow everybody's requests." })
        : apiError({ code: 'FORBIDDEN', message: 'The requests of a team are followed by its members.' });
    default:
      return refusal satisfies never;
  }
};

/** The stream of the caller's requests. */
export const myRequestsRoute = (followChanges: FollowChanges): Route =>
  route(streamMyRequests, async ({ query: { scope, team, status }, identity, lastEventId, signal }) => {
    const position = lastEventId === undefined ? ok(undefined) : parsePosition(lastEventId);
    if (!position.ok) return invalidEventId();
    const followed = await followChanges({
      tenantId: identity.tenant,
      person: personOf(identity),
      scope,
      signal,
      ...(team !== undefined && { team }),
      ...(status !== undefined && { statuses: status.split(',') }),
      ...(position.value && { position: position.value }),
    });
    return followed.ok ? eventStream(toEvents(followed.value)) : refusalOf(followed.error);
  });

const followedView = (change: LoggedChange): FollowedChange => ({
  ...changeView(change.requestId, change),
  name: change.name,
  kind: change.kind,
  catalogId: change.catalogId,
  requestedBy: change.requestedBy,
});

async function* toEvents(events: AsyncIterable<FollowedEvent>) {
  for await (const event of events) yield eventOf(event);
}

/** What all who follow a change are told is one object, so that it is made into text once. */
const told = new WeakMap<FollowedEvent, ServerSentEvent<FollowedChange>>();

const eventOf = (followed: FollowedEvent): ServerSentEvent<FollowedChange> => {
  const known = told.get(followed);
  if (known) return known;
  const { position, change } = followed;
  const event = { id: formatPosition(position), ...(change && { data: followedView(change) }) };
  told.set(followed, event);
  return event;
};

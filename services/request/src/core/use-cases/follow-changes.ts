import { err, ok, type Result } from '@pao/kernel';
import { looksAfterAll, type Person } from '../domain/may-decide.ts';
import { isBeyond, isTold, latestOf, type StreamPosition } from '../domain/stream-position.ts';
import type { ChangeLog, ChangePlace, ChangeSelection, LoggedChange, Moment } from '../ports/change-log.ts';
import { type ChangeTail, positionOf } from './change-tail.ts';
import { createWaitingEvents, type FollowedEvent } from './waiting-events.ts';

export interface FollowChangesCommand {
  readonly tenantId: string;
  readonly person: Person;
  readonly scope: 'mine' | 'all';
  readonly team?: string;
  /** Only changes of requests to these states. */
  readonly statuses?: readonly string[];
  /** Where to go on; from now without. */
  readonly position?: StreamPosition;
  readonly signal: AbortSignal;
}

/** `unknown-position`: no moment of this store. */
export type FollowRefusal =
  | { readonly kind: 'unknown-position' }
  | { readonly kind: 'not-for-you'; readonly what: 'scope' | 'team' };

export interface FollowChangesDependencies {
  readonly log: ChangeLog;
  readonly tail: ChangeTail;
  /** Milliseconds since some moment. */
  readonly elapsed: () => number;
}

const PAGE = 500;

/** Whose changes somebody follows, and may. */
const selectionOf = ({
  tenantId,
  person,
  scope,
  team,
}: FollowChangesCommand): Result<ChangeSelection, FollowRefusal> => {
  const everybodys = looksAfterAll(person);
  if (scope === 'all' && !everybodys) return err({ kind: 'not-for-you', what: 'scope' });
  if (team !== undefined && !everybodys && !person.teams.includes(team)) {
    return err({ kind: 'not-for-you', what: 'team' });
  }
  if (team !== undefined) return ok({ tenantId, team });
  return ok(scope === 'all' ? { tenantId } : { tenantId, person });
};

const isSelected = (change: LoggedChange, { tenantId, person, team }: ChangeSelection): boolean =>
  change.tenantId === tenantId &&
  (person === undefined || change.requestedBy === person.email || change.requesterId === person.id) &&
  (team === undefined || change.teams.includes(team));

/** The changes of a person's requests, or of others' they may follow, from a position or from now on; ends when the signal does. */
export const followChanges =
  (dependencies: FollowChangesDependencies) =>
  async (command: FollowChangesCommand): Promise<Result<AsyncIterable<FollowedEvent>, FollowRefusal>> => {
    const selection = selectionOf(command);
    if (!selection.ok) return selection;
    const { position, statuses, signal } = command;
    const { log, tail, elapsed } = dependencies;
    if (position && isBeyond(latestOf(position), await log.now())) return err({ kind: 'unknown-position' });
    const isWanted = (change: LoggedChange): boolean =>
      isSelected(change, selection.value) &&
      (statuses === undefined || (change.taskId === null && statuses.includes(change.to)));
    // Another process may have told more already than this one has read.
    const isNew = (change: LoggedChange): boolean => !position || !isTold(change, position);
    const waiting = createWaitingEvents({ elapsed, isWanted: (change) => isWanted(change) && isNew(change) });
    const subscription = await tail.subscribe(waiting);
    signal.addEventListener('abort', () => waiting.close(), { once: true });
    if (signal.aborted) waiting.close();
    waiting.onClose(() => subscription.end());
    const { position: until } = subscription;
    const missed = position ? missedSince(position, { until, log, selection: selection.value }) : none();
    return ok(eventsOf(missed, { until, isWanted, waiting }));
  };

interface Following {
  readonly until: Moment;
  readonly isWanted: (change: LoggedChange) => boolean;
  readonly waiting: ReturnType<typeof createWaitingEvents>;
}

async function* eventsOf(
  missed: AsyncIterable<FollowedEvent & { readonly change: LoggedChange }>,
  { until, isWanted, waiting }: Following,
): AsyncGenerator<FollowedEvent> {
  try {
    for await (const event of missed) if (isWanted(event.change)) yield event;
    // So that who is cut off before the first change knows where to go on.
    yield { position: { since: until } };
    yield* waiting.events();
  } finally {
    waiting.close();
  }
}

async function* none(): AsyncGenerator<never> {}

interface Missing {
  readonly until: Moment;
  readonly log: ChangeLog;
  readonly selection: ChangeSelection;
}

/** First what was left of what had been read together, then what came up to a moment. */
async function* missedSince({ since, within }: StreamPosition, { until, ...rest }: Missing) {
  if (within) yield* between(since, { until: within.until, after: within.place, ...rest });
  yield* between(within?.until ?? since, { until, ...rest });
}

async function* between(since: Moment, { until, log, selection, ...from }: Missing & { readonly after?: ChangePlace }) {
  let { after } = from;
  for (;;) {
    const { changes } = await log.read({ since, until, selection, limit: PAGE, ...(after && { after }) });
    for (const change of changes) yield { change, position: positionOf(since, until, change) };
    if (changes.length < PAGE) return;
    after = changes.at(-1);
  }
}

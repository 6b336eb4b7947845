import type { StreamPosition } from '../domain/stream-position.ts';
import type { LoggedChange, Moment } from '../ports/change-log.ts';
import type { TailListener } from './change-tail.ts';

/** A change, or only that everything up to a position was told. */
export interface FollowedEvent {
  readonly position: StreamPosition;
  readonly change?: LoggedChange;
}

/** What waits for a follower that reads slowly; with more it is cut off, and goes on from its position when it comes back. */
const MAX_WAITING = 1_000;
/** How far behind the position of somebody may fall to whom nothing happens. */
const POSITION_MS = 15_000;

export interface WaitingEventsOptions {
  readonly isWanted: (change: LoggedChange) => boolean;
  /** Milliseconds since some moment. */
  readonly elapsed: () => number;
}

export interface WaitingEvents extends TailListener {
  /** As they come, until it is closed. To be taken once. */
  events(): AsyncGenerator<FollowedEvent>;
  close(): void;
  /** Called once. */
  onClose(listener: () => void): void;
}

/** Lies between the one who reads for all and one who takes at its own pace. */
export const createWaitingEvents = ({ isWanted, elapsed }: WaitingEventsOptions): WaitingEvents => {
  let waiting: FollowedEvent[] = [];
  let closed = false;
  let wake = (): void => undefined;
  let ended = (): void => undefined;
  let positionAt = elapsed();

  const close = (): void => {
    if (closed) return;
    closed = true;
    waiting = [];
    ended();
    wake();
  };
  const put = (events: readonly FollowedEvent[]): void => {
    if (closed || events.length === 0) return;
    if (waiting.length + events.length > MAX_WAITING) return close();
    positionAt = elapsed();
    waiting.push(...events);
    wake();
  };
  const positionOnly = (until: Moment): readonly FollowedEvent[] =>
    waiting.length === 0 && elapsed() - positionAt >= POSITION_MS ? [{ position: { since: until } }] : [];

  return {
    told: (changes, until) => {
      const wanted = changes.filter(({ change }) => isWanted(change));
      put(wanted.length > 0 ? wanted : positionOnly(until));
    },
    lost: close,
    close,
    onClose: (listener) => {
      if (closed) listener();
      else ended = listener;
    },
    async *events() {
      while (!closed) {
        const taken = waiting;
        waiting = [];
        yield* taken;
        if (closed || waiting.length > 0) continue;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        wake = () => undefined;
      }
    },
  };
};

import type { Change } from '../domain/audit.ts';
import { isFinal } from '../domain/transitions.ts';
import type { ChangeFeed } from '../ports/change-feed.ts';
import type { AuditPosition, RequestReader } from '../ports/request-reader.ts';

export interface FollowDependencies {
  readonly reader: RequestReader;
  readonly feed: ChangeFeed;
}

export interface FollowCommand {
  readonly tenantId: string;
  readonly requestId: string;
  /** The last sequence that the follower has; 0 for none. */
  readonly after: number;
  readonly signal: AbortSignal;
}

/**
 * Every change of a request after a sequence, then each as it happens; ends after the change that ends the request, or when
 * nobody listens any more. Undefined when the tenant has no such request.
 */
export const followRequest =
  ({ reader, feed }: FollowDependencies) =>
  async ({ tenantId, requestId, after, signal }: FollowCommand): Promise<AsyncIterable<Change> | undefined> => {
    const [position] = await reader.positions([requestId]);
    if (position?.tenantId !== tenantId) return undefined;
    return follow(position, { reader, feed, after: Math.min(after, position.sequence), signal });
  };

interface Following extends FollowDependencies {
  readonly after: number;
  readonly signal: AbortSignal;
}

async function* follow(position: AuditPosition, { reader, feed, after, signal }: Following): AsyncGenerator<Change> {
  const { requestId } = position;
  const bell = new Bell(signal);
  const unsubscribe = feed.subscribe(requestId, position.sequence, (changes) => bell.ring(changes));
  try {
    let last = after;
    // What was committed since the position was read is found by the first query, or rings the bell.
    let changes = await reader.changesAfter(requestId, last);
    if (isFinal(position.status) && changes.length === 0) return;
    while (!signal.aborted) {
      for (const change of changes) {
        yield change;
        last = change.sequence;
        if (endsRequest(change)) return;
      }
      const news = await bell.wait();
      // News that follow on what is known need no query; anything else is read.
      const follows = news[0]?.sequence === last + 1;
      changes = follows || signal.aborted ? news : await reader.changesAfter(requestId, last);
    }
  } finally {
    unsubscribe();
  }
}

/** Changes of an approval are of no task either, and name states of their own. */
const endsRequest = ({ change, to }: Change): boolean => change === `request-${to}` && isFinal(to);

/** Lets one waiter wait until somebody rings, or the signal is aborted. Rings in between are kept. */
class Bell {
  #news: readonly Change[] = [];
  #rung = false;
  #wake: (() => void) | undefined;

  constructor(signal: AbortSignal) {
    signal.addEventListener('abort', () => this.ring([]), { once: true });
  }

  ring(news: readonly Change[]): void {
    this.#news = this.#rung ? [...this.#news, ...news] : news;
    this.#rung = true;
    this.#wake?.();
  }

  async wait(): Promise<readonly Change[]> {
    if (!this.#rung) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#rung = false;
    this.#wake = undefined;
    return this.#news;
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { StreamError } from '@pao/client';
import type { CommandContext } from '../context.ts';

const RECONNECT_MS = 1_000;

/**
 * Stays with a stream: where it breaks off it is opened again after the last event that was seen. Ends when `follow` says that the
 * stream is over, when it is refused, and when the user interrupts.
 * @param follow opens the stream after an event and reads it; it tells the id of each event.
 */
export const stayWith = async (
  { terminal: { signal } }: CommandContext,
  follow: (lastEventId: string | undefined, onEventId: (id: string) => void) => Promise<'over' | 'broken'>,
): Promise<void> => {
  let last: string | undefined;
  for (;;) {
    try {
      const ended = await follow(last, (id) => {
        last = id;
      });
      if (ended === 'over') return;
    } catch (thrown) {
      if (signal.aborted) throw thrown;
      if (thrown instanceof StreamError && thrown.error.kind === 'refused' && !thrown.error.error.retryable)
        throw thrown;
    }
    await sleep(RECONNECT_MS, undefined, { signal });
  }
};

import type { QueueSource, ReceivedMessage } from '@pao/bus';
import { executorAnnouncedV1 } from '@pao/contracts';

/**
 * Receives what the executor tells, as the request service would, until there are so many messages; of one request, where that is
 * named; not what executors say of themselves: a killed executor's successor may publish its last messages again.
 */
export const receiveEvents = async (
  bus: QueueSource,
  count: number,
  { requestId, deadlineMs = 60_000 }: { readonly requestId?: string; readonly deadlineMs?: number } = {},
): Promise<ReceivedMessage[]> => {
  const events: ReceivedMessage[] = [];
  /** What is told again is known by its id. */
  const known = new Set<unknown>();
  const isNews = ({ body, type }: ReceivedMessage): boolean => {
    if (type === executorAnnouncedV1.type) return false;
    const { id } = JSON.parse(body) as { readonly id: unknown };
    return known.size < known.add(id).size;
  };
  const until = performance.now() + deadlineMs;
  while (events.length < count) {
    if (performance.now() > until) throw new Error(`${events.length} events instead of ${count}`);
    const request = { queue: 'request-inbox', max: 10, waitSeconds: 1, visibilitySeconds: 60 };
    const received = await bus.receive(request);
    await bus.delete(
      'request-inbox',
      received.map(({ receipt }) => receipt),
    );
    const asked = received.filter(({ groupId }) => requestId === undefined || groupId === requestId);
    events.push(...asked.filter(isNews));
  }
  return events;
};

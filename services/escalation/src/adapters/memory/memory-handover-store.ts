import type { Clock } from '@pao/kernel';
import { dueAtOf, type Handover, type HandoverEvent } from '../../core/domain/tickets/handover.ts';
import type { HandoverStore } from '../../core/ports/handover-store.ts';

interface Held {
  handover: Handover;
  leaseUntil: number;
  fence: number;
}

export interface MemoryHandoverStore extends HandoverStore {
  /** All that others would have been told, in order. */
  readonly told: readonly HandoverEvent[];
}

/** Holds handovers for as long as the process lives: for tests. */
export const createMemoryHandoverStore = (now: Clock): MemoryHandoverStore => {
  const all = new Map<string, Held>();
  const handled = new Set<string>();
  const told: HandoverEvent[] = [];
  const isDue = ({ handover, leaseUntil }: Held): boolean => {
    const due = dueAtOf(handover);
    return due !== null && due <= now() && leaseUntil <= now().getTime();
  };
  return {
    told,
    change: async (requestId, decide, eventId) => {
      if (eventId !== undefined && handled.has(eventId)) return;
      if (eventId !== undefined) handled.add(eventId);
      const held = all.get(requestId);
      const change = decide(held?.handover, now());
      if (change === undefined) return;
      all.set(requestId, { leaseUntil: 0, fence: 0, ...held, handover: change.handover });
      told.push(...change.events);
    },
    lease: async (leaseMs) => {
      const [held] = [...all.values()].filter(isDue).toSorted((a, b) => {
        const [first, second] = [dueAtOf(a.handover), dueAtOf(b.handover)];
        return (first?.getTime() ?? 0) - (second?.getTime() ?? 0);
      });
      if (held === undefined) return undefined;
      held.fence += 1;
      held.leaseUntil = now().getTime() + leaseMs;
      return { requestId: held.handover.requestId, fence: held.fence };
    },
    extend: async ({ requestId, fence }, leaseMs) => {
      const held = all.get(requestId);
      if (held?.fence === fence) held.leaseUntil = now().getTime() + leaseMs;
    },
    read: async (tenantId, requestId) => {
      const handover = all.get(requestId)?.handover;
      return handover?.tenantId === tenantId ? handover : undefined;
    },
    requestsOf: async (issueId) =>
      [...all.values()].flatMap(({ handover: { requestId, tickets } }) =>
        tickets.some(({ issue }) => issue?.id === issueId) ? [requestId] : [],
      ),
    list: async (tenantId, requestIds) =>
      [...all.values()].flatMap(({ handover }) =>
        handover.tenantId === tenantId && requestIds.includes(handover.requestId)
          ? [{ requestId: handover.requestId, tickets: handover.tickets }]
          : [],
      ),
  };
};

import type { Clock, Json } from '@pao/kernel';
import { type Judgement, judgeDelivery, type WatchedPlace } from '../domain/judge-delivery.ts';
import type { DeliveryLog } from '../ports/delivery-log.ts';

export interface AcceptDeliveryDependencies {
  readonly log: DeliveryLog;
  readonly place: WatchedPlace;
  /** Begins a sync and does not wait for it. */
  readonly kickSync: () => void;
  readonly now: Clock;
}

/** A delivery whose signature is right. */
export interface SignedDelivery {
  readonly id: string;
  readonly event: string;
  readonly payload: Json;
}

export interface AcceptedDelivery {
  readonly outcome: Judgement['outcome'] | 'repeated';
  readonly reason: string;
}

export type AcceptDelivery = (delivery: SignedDelivery) => Promise<AcceptedDelivery>;

/**
 * Takes one delivery of a webhook, each id once. It is kept before a sync begins, so a process that dies in between leaves the sync
 * to the next start or to the schedule, and a delivery that could not be kept is refused, for the sender to see.
 */
export const createAcceptDelivery =
  ({ log, place, kickSync, now }: AcceptDeliveryDependencies): AcceptDelivery =>
  async ({ id, event, payload }) => {
    const { reason, ...judgement } = judgeDelivery(event, payload, place);
    const recorded = await log.record({ id, event, ...judgement, receivedAt: now() });
    if (recorded === 'known') return { outcome: 'repeated', reason: 'this delivery was taken before' };
    if (judgement.outcome === 'accepted') kickSync();
    return { outcome: judgement.outcome, reason };
  };

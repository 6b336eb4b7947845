import type { Clock } from '@pao/kernel';
import type { DeliveryLog } from '../ports/delivery-log.ts';

/** Far longer than a sender repeats a delivery. */
const KEPT_MS = 30 * 24 * 60 * 60 * 1_000;

/** Forgets deliveries that nobody will send again or ask for; answers how many. */
export const createPruneDeliveries =
  (log: Pick<DeliveryLog, 'removeBefore'>, now: Clock): (() => Promise<number>) =>
  () =>
    log.removeBefore(new Date(now().getTime() - KEPT_MS));

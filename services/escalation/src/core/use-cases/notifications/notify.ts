import type { NewId } from '@pao/kernel';
import { dueOf } from '../../domain/notifications/schedule.ts';
import type { Occurrence } from '../../domain/notifications/subscription.ts';
import type { DeliveryStore } from '../../ports/notification-store.ts';

export interface NotifyParts {
  readonly store: Pick<DeliveryStore, 'concerned' | 'add'>;
  readonly newId: NewId;
  readonly now: () => Date;
}

/** Puts down what is to be told of an occurrence, and to whom. Safe to repeat. */
export type Notify = (occurrence: Occurrence) => Promise<void>;

export const createNotify =
  ({ store, newId, now }: NotifyParts): Notify =>
  async (occurrence) => {
    const concerned = await store.concerned(occurrence);
    if (concerned.length === 0) return;
    const rows = concerned.map(({ id, settings }) => ({
      id: newId(),
      subscriptionId: id,
      ...dueOf(occurrence.facts.event, settings, now()),
    }));
    await store.add(occurrence, rows);
  };

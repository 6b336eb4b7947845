import type { Delivery, DeliveryLog } from '../../core/ports/delivery-log.ts';

/** Deliveries for as long as the process lives: for tests of the core. */
export const createMemoryDeliveryLog = (): DeliveryLog => {
  const kept = new Map<string, Delivery>();
  return {
    record: async (delivery) => {
      if (kept.has(delivery.id)) return 'known';
      kept.set(delivery.id, delivery);
      return 'recorded';
    },
    latest: async (limit) =>
      [...kept.values()].toSorted((a, b) => b.receivedAt.getTime() - a.receivedAt.getTime()).slice(0, limit),
    removeBefore: async (time) => {
      const old = [...kept.values()].filter(({ receivedAt }) => receivedAt < time);
      for (const { id } of old) kept.delete(id);
      return old.length;
    },
  };
};

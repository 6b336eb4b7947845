import type { Judgement } from '../domain/judge-delivery.ts';

/** One delivery of a webhook, as far as it is kept. */
export interface Delivery extends Omit<Judgement, 'reason'> {
  /** The sender's own, the same when it is sent again. */
  readonly id: string;
  readonly event: string;
  readonly receivedAt: Date;
}

/** The deliveries of webhooks. Every method throws TransientError while the store is away. */
export interface DeliveryLog {
  /** Keeps a delivery unless one with its id is kept already. Durable once it resolves. */
  record(delivery: Delivery): Promise<'recorded' | 'known'>;
  /** The latest, newest first. */
  latest(limit: number): Promise<readonly Delivery[]>;
  /** Forgets what was received before; answers how many that were. */
  removeBefore(time: Date): Promise<number>;
}

import type { Delivery, Occurrence, Subscription } from '../domain/notifications/subscription.ts';

export interface NewDelivery {
  readonly id: string;
  readonly subscriptionId: string;
  readonly dueAt: Date;
  readonly held: boolean;
}

/** A subscription that a process has taken over for a while, with what is due for it. */
export interface Batch {
  readonly subscription: Subscription;
  readonly fence: number;
  readonly deliveries: readonly Delivery[];
}

export interface Told {
  readonly ids: readonly string[];
  readonly status: Delivery['status'];
  readonly answer: string;
  readonly problem: string | null;
  /** When to try again, while it waits. */
  readonly dueAt: Date | null;
}

/** How the subscription goes on after a batch. */
export interface Aftermath {
  readonly failures: number;
  readonly nextAt: Date;
  readonly pausedReason: string | null;
}

/** Whose deliveries may be seen: all of a tenant, or those of one's own and one's teams' subscriptions. */
export interface Viewer {
  readonly tenantId: string;
  readonly email: string;
  readonly teams: readonly string[];
  readonly all: boolean;
}

export interface PageQuery {
  readonly limit: number;
  readonly after?: string;
}

export interface DeliveryQuery extends PageQuery {
  readonly subscriptionId?: string;
  readonly requestId?: string;
  readonly status?: Delivery['status'];
}

/** Subscriptions. Throws TransientError while the store is away. */
export interface SubscriptionStore {
  add(subscription: Subscription, most: number): Promise<boolean>;
  read(tenantId: string, id: string): Promise<Subscription | undefined>;
  /** Up to `limit + 1`, newest first. */
  list(viewer: Viewer, query: PageQuery): Promise<readonly Subscription[]>;
  save(subscription: Subscription): Promise<void>;
  remove(tenantId: string, id: string): Promise<void>;
}

/**
 * What is to be told and was. An event that comes twice leaves one delivery for each subscription: the key of a delivery is event and
 * subscription, so it needs no row of an inbox.
 */
export interface DeliveryStore {
  /** Subscriptions that an occurrence concerns and that were there when it happened. */
  concerned(occurrence: Occurrence): Promise<readonly Subscription[]>;
  add(
    occurrence: Pick<Occurrence, 'id' | 'occurredAt' | 'tenantId'> & { facts: Delivery['facts'] },
    rows: readonly NewDelivery[],
  ): Promise<void>;
  /** What is known here of a request that stopped. */
  about(
    requestId: string,
  ): Promise<{ name: string; catalogId: string; requestedBy: string; teams: readonly string[] } | undefined>;
  /** One subscription with something due that nobody works on. What was held goes out under one id, which stays with it. */
  lease(leaseMs: number, bundleId: string): Promise<Batch | undefined>;
  /** Does nothing where somebody else has taken over. */
  told(batch: Batch, told: Told): Promise<void>;
  release(batch: Batch, aftermath: Aftermath): Promise<void>;
  read(viewer: Viewer, id: string): Promise<Delivery | undefined>;
  list(viewer: Viewer, query: DeliveryQuery): Promise<readonly Delivery[]>;
  /** @returns false when it still waits */
  resend(id: string): Promise<boolean>;
  removeEnded(olderThanDays: number): Promise<void>;
}

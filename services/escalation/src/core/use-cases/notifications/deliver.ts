import type { NewId } from '@pao/kernel';
import { delayOf, FAILURES_BEFORE_PAUSE } from '../../domain/notifications/retry.ts';
import type { Delivery, Destination, Subscription } from '../../domain/notifications/subscription.ts';
import type { Message, Send, Told } from '../../ports/notification-channel.ts';
import type { Aftermath, Batch, DeliveryStore } from '../../ports/notification-store.ts';

export interface DeliverParts {
  readonly store: Pick<DeliveryStore, 'lease' | 'told' | 'release'>;
  readonly send: Send;
  /** Undefined: the keys that sealed it are not at hand. */
  readonly open: (subscription: Subscription) => Destination | undefined;
  readonly newId: NewId;
  readonly now: () => Date;
  readonly random: () => number;
  readonly leaseMs: number;
}

/** Tells what is due for one subscription; false: nothing is due. */
export type Deliver = (signal: AbortSignal) => Promise<boolean>;

type Group = readonly [Delivery, ...Delivery[]];

/** What goes out in one message; what was tried least goes first, so that one that is never taken holds up nothing. */
const groupsOf = (deliveries: readonly Delivery[]): readonly Group[] => {
  const groups = new Map<string, Group>();
  for (const delivery of deliveries) {
    const id = delivery.bundleId ?? delivery.id;
    const before = groups.get(id);
    groups.set(id, before ? [...before, delivery] : [delivery]);
  }
  return [...groups.values()];
};

const messageOf = ([first, ...others]: Group, template: string | null): Message => ({
  id: `msg_${first.bundleId ?? first.id}`,
  facts: [first.facts, ...others.map(({ facts }) => facts)],
  template,
});

const SEALED: Told = {
  kind: 'later',
  answer: 'SEALED',
  problem: 'Its address can’t be opened with the data keys at hand (PAO_DATA_KEYS).',
};

/** A second of margin: nobody else may have taken over while a call is under way. */
const SAFE_SHARE = 0.5;

interface Run {
  readonly batch: Batch;
  readonly parts: DeliverParts;
}

const record = async ({ batch, parts }: Run, group: Group, told: Told, delayMs: number): Promise<void> => {
  const ids = group.map(({ id }) => id);
  if (told.kind === 'ok')
    return parts.store.told(batch, { ids, status: 'delivered', answer: told.answer, problem: null, dueAt: null });
  const { answer, problem } = told;
  if (told.kind === 'refused') return parts.store.told(batch, { ids, status: 'failed', answer, problem, dueAt: null });
  const dueAt = new Date(parts.now().getTime() + delayMs);
  const over = group.every(({ expiresAt }) => expiresAt <= dueAt);
  const status = over ? 'expired' : 'waiting';
  return parts.store.told(batch, { ids, status, answer, problem, dueAt: over ? null : dueAt });
};

const aftermathOf = (failures: number, last: Told | undefined, now: Date, delayMs: number): Aftermath => {
  const pause = failures >= FAILURES_BEFORE_PAUSE && last !== undefined && last.kind !== 'ok';
  return {
    failures,
    nextAt: new Date(now.getTime() + delayMs),
    pausedReason: pause ? `${failures} failures in a row; the last: ${last.problem}` : null,
  };
};

const work = async (run: Run, signal: AbortSignal): Promise<Aftermath> => {
  const { batch, parts } = run;
  const { subscription } = batch;
  const destination = parts.open(subscription);
  const until = parts.now().getTime() + parts.leaseMs * SAFE_SHARE;
  let { failures } = subscription;
  for (const group of groupsOf(batch.deliveries)) {
    if (signal.aborted || parts.now().getTime() > until) break;
    const message = messageOf(group, subscription.settings.template);
    const told = destination ? await parts.send(destination, message) : SEALED;
    failures = told.kind === 'ok' ? 0 : failures + 1;
    const tries = Math.max(...group.map((delivery) => delivery.tries)) + 1;
    const asked = told.kind === 'ok' ? 0 : (told.retryAfterMs ?? 0);
    await record(run, group, told, delayOf(tries, parts.random(), asked));
    if (failures >= FAILURES_BEFORE_PAUSE) return aftermathOf(failures, told, parts.now(), 0);
    // Whoever takes nothing now is left alone for a while, with everything.
    if (told.kind === 'later')
      return aftermathOf(failures, told, parts.now(), delayOf(failures, parts.random(), asked));
  }
  return aftermathOf(failures, undefined, parts.now(), 0);
};

/**
 * Told at least once: a process that ends between sending and recording, or an answer that is lost, leaves the delivery waiting, and
 * it is sent again under the same id.
 */
export const createDeliver =
  (parts: DeliverParts): Deliver =>
  async (signal) => {
    const batch = await parts.store.lease(parts.leaseMs, parts.newId());
    if (batch === undefined) return false;
    await parts.store.release(batch, await work({ batch, parts }, signal));
    return true;
  };

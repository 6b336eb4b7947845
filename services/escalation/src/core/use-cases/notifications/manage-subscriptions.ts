import { err, type NewId, ok, type Result } from '@pao/kernel';
import { isTimeZone } from '../../domain/notifications/schedule.ts';
import {
  type Caller,
  type Destination,
  type EventName,
  type Facts,
  mayManage,
  mayManageAll,
  type Scope,
  type Settings,
  type Subscription,
} from '../../domain/notifications/subscription.ts';
import type { DeliveryStore, SubscriptionStore } from '../../ports/notification-store.ts';

export type ChannelInput =
  | { readonly kind: 'slack' | 'webhook'; readonly url: string }
  | { readonly kind: 'email'; readonly to: readonly string[] };

export interface NewSubscription extends Settings {
  readonly scope: Scope;
  readonly catalogId: string | null;
  readonly requestId: string | null;
  readonly events: readonly EventName[];
  readonly channel: ChannelInput;
}

export interface SubscriptionChange extends Partial<Settings> {
  readonly events?: readonly EventName[];
  readonly channel?: ChannelInput;
  readonly paused?: boolean;
  readonly rotateSecret?: boolean;
}

export type Refusal =
  | { readonly kind: 'not-found' | 'forbidden' }
  | { readonly kind: 'conflict'; readonly message: string }
  | { readonly kind: 'invalid'; readonly field: string; readonly issue: string };

/** The secret is told this once. */
export interface Written {
  readonly subscription: Subscription;
  readonly signingSecret?: string;
}

export interface SubscriptionParts {
  readonly store: SubscriptionStore;
  readonly deliveries: Pick<DeliveryStore, 'add'>;
  readonly newId: NewId;
  readonly now: () => Date;
  /** Base64 of fresh bytes. */
  readonly newKey: () => string;
  readonly seal: (subscription: Pick<Subscription, 'id' | 'tenantId'>, destination: Destination) => string | undefined;
  readonly open: (subscription: Subscription) => Destination | undefined;
  /** Why nothing can be sent there; undefined: it can. */
  readonly refuse: (channel: ChannelInput) => string | undefined;
  /** What is wrong with a template; undefined: nothing. */
  readonly checkTemplate: (channel: ChannelInput['kind'], template: string) => string | undefined;
}

export interface ManageSubscriptions {
  create(caller: Caller, input: NewSubscription): Promise<Result<Written, Refusal>>;
  change(caller: Caller, id: string, change: SubscriptionChange): Promise<Result<Written, Refusal>>;
  remove(caller: Caller, id: string): Promise<Result<true, Refusal>>;
  /** @returns the id of the delivery */
  test(caller: Caller, id: string): Promise<Result<string, Refusal>>;
}

/** Of one tenant: what has to be looked through for each event. */
const MOST = 1_000;
const OLD_SECRET_MS = 24 * 3_600_000;
const NO_KEYS: Refusal = {
  kind: 'conflict',
  message: 'Addresses of subscriptions are kept sealed, and no data key is configured (PAO_DATA_KEYS).',
};

const problemOf = (
  parts: SubscriptionParts,
  kind: ChannelInput['kind'],
  { schedule, quietHours, template }: Partial<Settings>,
  channel?: ChannelInput,
): Refusal | undefined => {
  const invalid = (field: string, issue: string): Refusal => ({ kind: 'invalid', field, issue });
  if (schedule?.kind === 'daily' && !isTimeZone(schedule.timeZone))
    return invalid('schedule.timeZone', 'is not a time zone');
  if (quietHours && !isTimeZone(quietHours.timeZone)) return invalid('quietHours.timeZone', 'is not a time zone');
  const refused = channel && parts.refuse(channel);
  if (refused !== undefined) return invalid('channel', refused);
  const wrong = typeof template === 'string' ? parts.checkTemplate(kind, template) : undefined;
  return wrong === undefined ? undefined : invalid('template', wrong);
};

const targetOf = (channel: ChannelInput): string =>
  channel.kind === 'email' ? channel.to.join(', ') : new URL(channel.url).host;

const shownSecret = (destination: Destination | undefined): string | undefined =>
  destination?.kind === 'webhook' ? `whsec_${destination.secrets[0]?.key ?? ''}` : undefined;

const destinationOf = (channel: ChannelInput, newKey: () => string, before?: Destination): Destination => {
  if (channel.kind !== 'webhook') return channel as Destination;
  const secrets = before?.kind === 'webhook' ? before.secrets : [{ key: newKey() }];
  return { kind: 'webhook', url: channel.url, secrets };
};

const rotated = (destination: Destination, key: string, nowMs: number): Destination => {
  if (destination.kind !== 'webhook') return destination;
  const [current] = destination.secrets;
  return {
    ...destination,
    secrets: [{ key }, ...(current ? [{ key: current.key, until: nowMs + OLD_SECRET_MS }] : [])],
  };
};

const written = (subscription: Subscription, secret: string | undefined): Result<Written, never> =>
  ok({ subscription, ...(secret !== undefined && { signingSecret: secret }) });

const create =
  (parts: SubscriptionParts): ManageSubscriptions['create'] =>
  async (caller, { name, schedule, quietHours, template, channel, ...input }) => {
    if (!mayManage(caller, caller.email, input.scope)) return err({ kind: 'forbidden' });
    const settings = { name, schedule, quietHours, template };
    const problem = problemOf(parts, channel.kind, settings, channel);
    if (problem) return err(problem);
    const place = { id: parts.newId(), tenantId: caller.tenantId };
    const destination = destinationOf(channel, parts.newKey);
    const sealed = parts.seal(place, destination);
    if (sealed === undefined) return err(NO_KEYS);
    const subscription: Subscription = {
      ...place,
      ...input,
      owner: caller.email,
      channel: channel.kind,
      target: targetOf(channel),
      sealed,
      settings,
      paused: null,
      failures: 0,
      createdAt: parts.now(),
    };
    const added = await parts.store.add(subscription, MOST);
    if (!added) return err({ kind: 'conflict', message: `A tenant has at most ${MOST} subscriptions.` });
    return written(subscription, shownSecret(destination));
  };

const find = async (parts: SubscriptionParts, caller: Caller, id: string): Promise<Result<Subscription, Refusal>> => {
  const found = await parts.store.read(caller.tenantId, id);
  return found && mayManage(caller, found.owner, found.scope) ? ok(found) : err({ kind: 'not-found' });
};

const changedSettings = (before: Settings, change: SubscriptionChange): Settings => ({
  name: change.name ?? before.name,
  schedule: change.schedule ?? before.schedule,
  quietHours: change.quietHours === undefined ? before.quietHours : change.quietHours,
  template: change.template === undefined ? before.template : change.template,
});

/** Where it goes from now on; undefined: as before. */
const changedDestination = (
  parts: SubscriptionParts,
  found: Subscription,
  { channel, rotateSecret }: SubscriptionChange,
): Destination | undefined => {
  if (channel === undefined && rotateSecret !== true) return undefined;
  const before = parts.open(found);
  const moved = channel ? destinationOf(channel, parts.newKey, before) : before;
  return moved && rotateSecret ? rotated(moved, parts.newKey(), parts.now().getTime()) : moved;
};

const change =
  (parts: SubscriptionParts): ManageSubscriptions['change'] =>
  async (caller, id, wanted) => {
    const found = await find(parts, caller, id);
    if (!found.ok) return found;
    const before = found.value;
    const settings = changedSettings(before.settings, wanted);
    const kind = wanted.channel?.kind ?? before.channel;
    const problem = problemOf(parts, kind, settings, wanted.channel);
    if (problem) return err(problem);
    const destination = changedDestination(parts, before, wanted);
    const sealed = destination ? parts.seal(before, destination) : before.sealed;
    const isMoved = wanted.channel !== undefined || wanted.rotateSecret === true;
    if (sealed === undefined || (isMoved && destination === undefined)) return err(NO_KEYS);
    const since = parts.now();
    const paused = wanted.paused === true ? { reason: `Paused by ${caller.email}.`, since } : null;
    const after: Subscription = {
      ...before,
      settings,
      events: wanted.events ?? before.events,
      channel: kind,
      target: wanted.channel ? targetOf(wanted.channel) : before.target,
      sealed,
      paused: wanted.paused === undefined ? before.paused : paused,
      failures: wanted.paused === false || wanted.channel ? 0 : before.failures,
    };
    await parts.store.save(after);
    const isNewSecret = wanted.rotateSecret === true || before.channel !== 'webhook';
    return written(after, isNewSecret ? shownSecret(destination) : undefined);
  };

const factsOfTest = ({ id, owner, settings }: Subscription, at: Date): Facts => ({
  event: 'test',
  request: { id, name: settings.name },
  catalog: { id: 'none' },
  requestedBy: owner,
  occurredAt: at.toISOString(),
});

export const createManageSubscriptions = (parts: SubscriptionParts): ManageSubscriptions => ({
  create: create(parts),
  change: change(parts),
  remove: async (caller, id) => {
    const found = await find(parts, caller, id);
    if (!found.ok) return found;
    await parts.store.remove(caller.tenantId, id);
    return ok(true);
  },
  test: async (caller, id) => {
    const found = await find(parts, caller, id);
    if (!found.ok) return found;
    if (found.value.paused) return err({ kind: 'conflict', message: 'It is paused. Go on with it first.' });
    const deliveryId = parts.newId();
    const at = parts.now();
    const occurrence = {
      id: deliveryId,
      tenantId: caller.tenantId,
      occurredAt: at,
      facts: factsOfTest(found.value, at),
    };
    await parts.deliveries.add(occurrence, [{ id: deliveryId, subscriptionId: id, dueAt: at, held: false }]);
    return ok(deliveryId);
  },
});

export const viewerOf = (caller: Caller) => ({
  tenantId: caller.tenantId,
  email: caller.email,
  teams: caller.teams,
  all: mayManageAll(caller),
});

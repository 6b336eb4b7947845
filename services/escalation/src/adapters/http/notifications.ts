import {
  changeSubscription,
  createSubscription,
  listDeliveries,
  listSubscriptions,
  type NotificationDelivery,
  type NotificationSubscription,
  removeSubscription,
  resendDelivery,
  testSubscription,
} from '@pao/contracts';
import {
  type ApiError,
  apiError,
  createCursor,
  type Identity,
  invalidCursor,
  page,
  type Route,
  route,
} from '@pao/http';
import { z } from 'zod';
import type { Caller, Delivery, Subscription } from '../../core/domain/notifications/subscription.ts';
import type { DeliveryStore, SubscriptionStore } from '../../core/ports/notification-store.ts';
import {
  type ManageSubscriptions,
  type Refusal,
  type SubscriptionChange,
  viewerOf,
  type Written,
} from '../../core/use-cases/notifications/manage-subscriptions.ts';

export interface NotificationHandlers {
  readonly manage: ManageSubscriptions;
  readonly subscriptions: Pick<SubscriptionStore, 'list'>;
  readonly deliveries: Pick<DeliveryStore, 'list' | 'read' | 'resend'>;
}

const position = z.strictObject({ id: z.uuid() });
const subscriptionCursors = createCursor('notification-subscriptions-1', position);
const deliveryCursors = createCursor('notification-deliveries-1', position);

/** Where it goes is not among it. */
const toSubscription = ({ subscription, signingSecret }: Written): NotificationSubscription => ({
  id: subscription.id,
  name: subscription.settings.name,
  owner: subscription.owner,
  scope: subscription.scope,
  catalogId: subscription.catalogId,
  requestId: subscription.requestId,
  events: [...subscription.events],
  channel: { kind: subscription.channel, target: subscription.target },
  schedule: subscription.settings.schedule,
  quietHours: subscription.settings.quietHours as NotificationSubscription['quietHours'],
  template: subscription.settings.template,
  paused: subscription.paused && {
    reason: subscription.paused.reason,
    since: subscription.paused.since.toISOString(),
  },
  failuresInARow: subscription.failures,
  createdAt: subscription.createdAt.toISOString(),
  ...(signingSecret !== undefined && { signingSecret }),
});

const toDelivery = (delivery: Delivery): NotificationDelivery => ({
  id: delivery.id,
  subscriptionId: delivery.subscriptionId,
  event: delivery.facts.event,
  requestId: delivery.facts.request.id,
  about: delivery.facts as unknown as NotificationDelivery['about'],
  status: delivery.status,
  tries: delivery.tries,
  answer: delivery.answer,
  problem: delivery.problem,
  occurredAt: delivery.occurredAt.toISOString(),
  dueAt: delivery.dueAt.toISOString(),
  endedAt: delivery.endedAt?.toISOString() ?? null,
});

const notFound = (): ApiError => apiError({ code: 'NOT_FOUND', message: 'There is no such subscription or delivery.' });

const refusalOf = (refusal: Refusal): ApiError => {
  switch (refusal.kind) {
    case 'not-found':
      return notFound();
    case 'forbidden':
      return apiError({
        code: 'FORBIDDEN',
        message: 'Only members may subscribe for a team, and only operators and admins to everything.',
      });
    case 'conflict':
      return apiError({ code: 'CONFLICT', message: refusal.message });
    case 'invalid':
      return apiError({
        code: 'VALIDATION_FAILED',
        message: `${refusal.field}: ${refusal.issue}`,
        details: [{ field: refusal.field, issue: refusal.issue }],
      });
    default:
      return refusal satisfies never;
  }
};

const callerOf = ({ tenant, email, teams, roles }: Identity): Caller => ({ tenantId: tenant, email, teams, roles });

/** Absent members are no change. */
const changeOf = (body: z.output<typeof changeSubscription.body>): SubscriptionChange =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));

const subscriptionRoutes = ({ manage, subscriptions }: NotificationHandlers): readonly Route[] => [
  route(createSubscription, async ({ body, identity }) => {
    const { catalogId = null, requestId = null, quietHours = null, template = null, ...rest } = body;
    const input = { ...rest, catalogId, requestId, quietHours, template };
    const created = await manage.create(callerOf(identity), input);
    return created.ok ? { data: toSubscription(created.value) } : refusalOf(created.error);
  }),
  route(listSubscriptions, async ({ query: { limit, cursor }, identity }) => {
    const after = cursor === undefined ? undefined : subscriptionCursors.decode(cursor);
    if (after && !after.ok) return invalidCursor();
    const query = { limit, ...(after && { after: after.value.id }) };
    const rows: readonly Subscription[] = await subscriptions.list(viewerOf(callerOf(identity)), query);
    const { data, pagination } = page(rows, limit, ({ id }) => subscriptionCursors.encode({ id }));
    return { data: data.map((subscription) => toSubscription({ subscription })), pagination };
  }),
  route(changeSubscription, async ({ params: { id }, body, identity }) => {
    const changed = await manage.change(callerOf(identity), id, changeOf(body));
    return changed.ok ? { data: toSubscription(changed.value) } : refusalOf(changed.error);
  }),
  route(removeSubscription, async ({ params: { id }, identity }) => {
    const removed = await manage.remove(callerOf(identity), id);
    return removed.ok ? { data: { id } } : refusalOf(removed.error);
  }),
];

export const notificationRoutes = (handlers: NotificationHandlers): readonly Route[] => {
  const { manage, deliveries } = handlers;
  const answer = async (identity: Identity, id: string) => {
    const found = await deliveries.read(viewerOf(callerOf(identity)), id);
    return found ? { data: toDelivery(found) } : notFound();
  };
  return [
    ...subscriptionRoutes(handlers),
    route(testSubscription, async ({ params: { id }, identity }) => {
      const tested = await manage.test(callerOf(identity), id);
      return tested.ok ? answer(identity, tested.value) : refusalOf(tested.error);
    }),
    route(listDeliveries, async ({ query: { cursor, limit, subscriptionId, requestId, status }, identity }) => {
      const after = cursor === undefined ? undefined : deliveryCursors.decode(cursor);
      if (after && !after.ok) return invalidCursor();
      const rows = await deliveries.list(viewerOf(callerOf(identity)), {
        limit,
        ...(after && { after: after.value.id }),
        ...(subscriptionId !== undefined && { subscriptionId }),
        ...(requestId !== undefined && { requestId }),
        ...(status !== undefined && { status }),
      });
      const { data, pagination } = page(rows, limit, ({ id }) => deliveryCursors.encode({ id }));
      return { data: data.map(toDelivery), pagination };
    }),
    route(resendDelivery, async ({ params: { id }, identity }) => {
      const found = await deliveries.read(viewerOf(callerOf(identity)), id);
      if (found === undefined) return notFound();
      if (!(await deliveries.resend(id)))
        return apiError({ code: 'CONFLICT', message: 'It has not been told yet: it is going to be by itself.' });
      return answer(identity, id);
    }),
  ];
};

import { z } from 'zod';
import { jsonObjectSchema, timestampSchema } from '../messages/common.ts';
import { defineOperation } from '../operation.ts';
import { documentIdSchema, pageQuery } from './common.ts';

/** Who is told of what, where, and when. */

export const notificationEventSchema = z.enum([
  'failed',
  'approval-wanted',
  'approval-reminder',
  'approval-decided',
  'escalated',
  'handed-back',
  'completed',
  'aborted',
]);

export type NotificationEvent = z.infer<typeof notificationEventSchema>;

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is not a time such as 08:30');
const timeZone = z.string().min(1).max(64).meta({ description: 'IANA name, such as `Europe/Berlin`.' });

const scopeSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('own') }),
    z.strictObject({ kind: z.literal('team'), team: z.string().min(1).max(200) }),
    z.strictObject({ kind: z.literal('all') }),
  ])
  .meta({
    description:
      '`own`: own requests, and approvals that ask the subscriber by name. `team`: requests made for the team, requests with items that the team owns, and approvals that ask it. `all`: everything of the tenant, for operators and admins.',
  });

const scheduleSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('immediately') }),
  z.strictObject({ kind: z.literal('hourly') }),
  z.strictObject({ kind: z.literal('daily'), at: timeOfDay, timeZone }),
]);

const quietHoursSchema = z.strictObject({
  from: timeOfDay,
  to: timeOfDay.meta({ description: 'Earlier than `from`: of the next day.' }),
  days: z
    .array(z.int().min(1).max(7))
    .min(1)
    .max(7)
    .meta({ description: 'On which days they begin: 1 is Monday, 7 Sunday.' }),
  timeZone,
  urgentPasses: z
    .boolean()
    .default(false)
    .meta({ description: '`failed`, `escalated` and reminders are told at once.' }),
});

const url = z.url({ protocol: /^https?$/ }).max(2_000);

const channelSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('slack'), url: url.meta({ description: 'Secret: an incoming webhook.' }) }),
  z.strictObject({ kind: z.literal('webhook'), url: url.meta({ description: 'Signed per Standard Webhooks.' }) }),
  z.strictObject({
    kind: z.literal('email'),
    to: z
      .array(
        z
          .string()
          .max(254)
          .regex(/^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}$/),
      )
      .min(1)
      .max(10),
  }),
]);

const name = z.string().trim().min(1).max(100);
const events = z.array(notificationEventSchema).min(1).max(8);
const template = z.string().min(1).max(8_000).meta({
  description: 'Instead of the built-in text: variables below `.current`; for a webhook the JSON of the body.',
});

export const notificationSubscriptionSchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    owner: z.string(),
    scope: scopeSchema,
    catalogId: z.string().nullable(),
    requestId: z.uuid().nullable(),
    events,
    channel: z
      .object({ kind: z.enum(['slack', 'webhook', 'email']), target: z.string() })
      .meta({ description: 'Of an address only the host is shown.' }),
    schedule: scheduleSchema,
    quietHours: quietHoursSchema.nullable(),
    template: z.string().nullable(),
    paused: z.object({ reason: z.string(), since: timestampSchema }).nullable(),
    failuresInARow: z.int().min(0),
    createdAt: timestampSchema,
    signingSecret: z
      .string()
      .optional()
      .meta({ description: 'Secret: shown once, in the answer that made it; verifies what a webhook receives.' }),
  })
  .meta({ id: 'NotificationSubscription' });

export type NotificationSubscription = z.infer<typeof notificationSubscriptionSchema>;

export const notificationDeliverySchema = z
  .object({
    id: z.uuid(),
    subscriptionId: z.uuid(),
    event: z.string(),
    requestId: z.uuid(),
    about: jsonObjectSchema,
    status: z.enum(['waiting', 'delivered', 'failed', 'expired']),
    tries: z.int().min(0),
    answer: z.string().nullable().meta({ description: 'What the last try met, such as `HTTP_429`.' }),
    problem: z.string().nullable(),
    occurredAt: timestampSchema,
    dueAt: timestampSchema,
    endedAt: timestampSchema.nullable(),
  })
  .meta({ id: 'NotificationDelivery' });

export type NotificationDelivery = z.infer<typeof notificationDeliverySchema>;

const byId = z.strictObject({ id: z.uuid() });
const common = { service: 'escalation', tag: 'notifications' } as const;

export const createSubscription = defineOperation({
  ...common,
  id: 'createSubscription',
  method: 'POST',
  path: '/notifications/subscriptions',
  summary: 'Be told of events by Slack, e-mail or a signed webhook',
  body: z.strictObject({
    name,
    scope: scopeSchema.default({ kind: 'own' }),
    catalogId: documentIdSchema.optional(),
    requestId: z.uuid().optional(),
    events,
    channel: channelSchema,
    schedule: scheduleSchema.default({ kind: 'immediately' }),
    quietHours: quietHoursSchema.optional(),
    template: template.optional(),
  }),
  data: notificationSubscriptionSchema,
});

export const listSubscriptions = defineOperation({
  ...common,
  id: 'listSubscriptions',
  method: 'GET',
  path: '/notifications/subscriptions',
  summary: 'Subscriptions of the caller and of the caller’s teams; for operators and admins all',
  query: z.strictObject(pageQuery),
  data: z.array(notificationSubscriptionSchema),
  paginated: true,
});

export const changeSubscription = defineOperation({
  ...common,
  id: 'changeSubscription',
  method: 'PATCH',
  path: '/notifications/subscriptions/{id}',
  summary: 'Change a subscription, pause it or go on with it',
  params: byId,
  body: z.strictObject({
    name: name.optional(),
    events: events.optional(),
    channel: channelSchema.optional(),
    schedule: scheduleSchema.optional(),
    quietHours: quietHoursSchema.nullable().optional(),
    template: template.nullable().optional(),
    paused: z.boolean().optional(),
    rotateSecret: z.literal(true).optional().meta({
      description: 'A new signing secret; the one before signs as well for 24 hours.',
    }),
  }),
  data: notificationSubscriptionSchema,
});

export const removeSubscription = defineOperation({
  ...common,
  id: 'removeSubscription',
  method: 'DELETE',
  path: '/notifications/subscriptions/{id}',
  summary: 'Remove a subscription, with what it still had to tell and its deliveries',
  params: byId,
  data: z.object({ id: z.uuid() }),
});

export const testSubscription = defineOperation({
  ...common,
  id: 'testSubscription',
  method: 'POST',
  path: '/notifications/subscriptions/{id}/test',
  summary: 'Send a test message, whatever the schedule says',
  params: byId,
  status: 202,
  data: notificationDeliverySchema,
});

export const listDeliveries = defineOperation({
  ...common,
  id: 'listDeliveries',
  method: 'GET',
  path: '/notifications/deliveries',
  summary: 'What was told, or is to be, newest first',
  query: z.strictObject({
    ...pageQuery,
    subscriptionId: z.uuid().optional(),
    requestId: z.uuid().optional(),
    status: notificationDeliverySchema.shape.status.optional(),
  }),
  data: z.array(notificationDeliverySchema),
  paginated: true,
});

export const resendDelivery = defineOperation({
  ...common,
  id: 'resendDelivery',
  method: 'POST',
  path: '/notifications/deliveries/{id}/resend',
  summary: 'Send again what is over, under the same id',
  params: byId,
  status: 202,
  data: notificationDeliverySchema,
});

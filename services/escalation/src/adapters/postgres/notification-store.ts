import { createBatcher, type Database } from '@pao/postgres';
import type { Delivery, Occurrence, Scope, Subscription } from '../../core/domain/notifications/subscription.ts';
import type { DeliveryStore, SubscriptionStore, Viewer } from '../../core/ports/notification-store.ts';
import * as sql from './notification-statements.ts';

interface SubscriptionRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly owner: string;
  readonly scope: Scope['kind'];
  readonly team: string | null;
  readonly catalog_id: string | null;
  readonly request_id: string | null;
  readonly events: Subscription['events'];
  readonly channel: Subscription['channel'];
  readonly target: string;
  readonly sealed: string;
  readonly settings: Subscription['settings'];
  readonly paused_reason: string | null;
  readonly paused_at: Date | null;
  readonly failures: number;
  readonly created_at: Date;
}

interface DeliveryRow {
  readonly id: string;
  readonly subscription_id: string;
  readonly facts: Delivery['facts'];
  readonly status: Delivery['status'];
  readonly held: boolean;
  readonly bundle_id: string | null;
  readonly tries: number;
  readonly answer: string | null;
  readonly problem: string | null;
  readonly occurred_at: Date;
  readonly due_at: Date;
  readonly expires_at: Date;
  readonly ended_at: Date | null;
}

const toSubscription = (row: SubscriptionRow): Subscription => ({
  id: row.id,
  tenantId: row.tenant_id,
  owner: row.owner,
  scope: row.scope === 'team' ? { kind: 'team', team: row.team ?? '' } : { kind: row.scope },
  catalogId: row.catalog_id,
  requestId: row.request_id,
  events: row.events,
  channel: row.channel,
  target: row.target,
  sealed: row.sealed,
  settings: row.settings,
  paused: row.paused_at && { reason: row.paused_reason ?? '', since: row.paused_at },
  failures: row.failures,
  createdAt: row.created_at,
});

const toDelivery = (row: DeliveryRow): Delivery => ({
  id: row.id,
  subscriptionId: row.subscription_id,
  facts: row.facts,
  status: row.status,
  held: row.held,
  bundleId: row.bundle_id,
  tries: row.tries,
  answer: row.answer,
  problem: row.problem,
  occurredAt: row.occurred_at,
  dueAt: row.due_at,
  expiresAt: row.expires_at,
  endedAt: row.ended_at,
});

/** PostgreSQL takes neither NUL nor half a character in JSON that it reads; names of requests are anybody's. */
const storable = (value: unknown): string =>
  JSON.stringify(value, (_, entry: unknown) =>
    typeof entry === 'string' ? entry.replaceAll('\0', '').toWellFormed() : entry,
  );

const viewerValues = ({ tenantId, all, email, teams }: Viewer): unknown[] => [tenantId, all, email, teams];

export const createSubscriptionStore = (database: Database): SubscriptionStore => ({
  add: async (subscription, most) => {
    const { id, tenantId, owner, scope, catalogId, requestId, events, channel, target, sealed } = subscription;
    const team = scope.kind === 'team' ? scope.team : null;
    const place = [id, tenantId, owner, scope.kind, team, catalogId, requestId, events, channel, target, sealed];
    const values = [...place, storable(subscription.settings), subscription.createdAt, most];
    return (await database.query({ name: 'notify-add-subscription', text: sql.ADD_SUBSCRIPTION, values })).length > 0;
  },
  read: async (tenantId, id) => {
    const values = [id, tenantId];
    const [row] = await database.query<SubscriptionRow>({ text: sql.READ_SUBSCRIPTION, values });
    return row && toSubscription(row);
  },
  list: async (viewer, { limit, after }) => {
    const values = [...viewerValues(viewer), after ?? null, limit + 1];
    return (await database.query<SubscriptionRow>({ text: sql.LIST_SUBSCRIPTIONS, values })).map(toSubscription);
  },
  save: async ({ id, tenantId, events, channel, target, sealed, settings, paused, failures }) => {
    const pause = [paused?.reason ?? null, paused?.since ?? null];
    const values = [id, tenantId, events, channel, target, sealed, storable(settings), ...pause, failures];
    await database.query({ text: sql.SAVE_SUBSCRIPTION, values });
  },
  remove: async (tenantId, id) => {
    await database.query({ text: sql.REMOVE_SUBSCRIPTION, values: [id, tenantId] });
  },
});

type Working = Pick<DeliveryStore, 'lease' | 'told' | 'release'>;

const working = (database: Database): Working => ({
  lease: async (leaseMs, bundleId) => {
    const [row] = await database.query<SubscriptionRow & { readonly fence: number }>({
      name: 'notify-lease',
      text: sql.LEASE,
      values: [leaseMs / 1_000],
    });
    if (row === undefined) return undefined;
    await database.query({ name: 'notify-bundle', text: sql.BUNDLE, values: [row.id, bundleId] });
    const rows = await database.query<DeliveryRow>({ name: 'notify-take', text: sql.TAKE, values: [row.id] });
    return { subscription: toSubscription(row), fence: row.fence, deliveries: rows.map(toDelivery) };
  },
  told: async ({ subscription, fence }, { ids, status, answer, problem, dueAt }) => {
    const values = [subscription.id, fence, ids, status, answer, problem, dueAt];
    await database.query({ name: 'notify-told', text: sql.TOLD, values });
  },
  release: async ({ subscription, fence }, { failures, nextAt, pausedReason }) => {
    const values = [subscription.id, fence, failures, nextAt, pausedReason];
    await database.query({ name: 'notify-release', text: sql.RELEASE, values });
  },
});

/** Occurrences of the same moment are looked up together: nearly all concern nobody. */
const concerned = (database: Database): DeliveryStore['concerned'] =>
  createBatcher({
    run: async (occurrences: readonly Occurrence[]) => {
      const records = occurrences.map(({ tenantId, occurredAt, facts, asked, teams = [] }, position) => ({
        position,
        tenant_id: tenantId,
        event: facts.event,
        occurred_at: occurredAt,
        catalog_id: facts.catalog.id,
        request_id: facts.request.id,
        requested_by: facts.requestedBy,
        users: asked?.users ?? [],
        teams: asked?.teams ?? teams,
      }));
      const statement = { name: 'notify-concerned', text: sql.CONCERNED, values: [storable(records)] };
      const rows = await database.query<SubscriptionRow & { readonly position: number }>(statement);
      const byOccurrence = Map.groupBy(rows, ({ position }) => position);
      return occurrences.map((_, position) => (byOccurrence.get(position) ?? []).map(toSubscription));
    },
  });

export const createDeliveryStore = (database: Database): DeliveryStore => ({
  ...working(database),
  concerned: concerned(database),
  add: async ({ id, occurredAt, facts }, rows) => {
    const records = rows.map((row) => ({
      id: row.id,
      subscription_id: row.subscriptionId,
      due_at: row.dueAt,
      held: row.held,
    }));
    const values = [id, storable(records), facts.event, facts.request.id, storable(facts), occurredAt];
    await database.query({ name: 'notify-add', text: sql.ADD_DELIVERIES, values });
  },
  about: async (requestId) => {
    const [row] = await database.query<{
      name: string;
      catalog_id: string;
      requested_by: string;
      teams: readonly string[] | null;
    }>({
      name: 'notify-about',
      text: sql.ABOUT,
      values: [requestId],
    });
    return row && { name: row.name, catalogId: row.catalog_id, requestedBy: row.requested_by, teams: row.teams ?? [] };
  },
  read: async (viewer, id) => {
    const values = [...viewerValues(viewer), id];
    const [row] = await database.query<DeliveryRow>({ text: sql.READ_DELIVERY, values });
    return row && toDelivery(row);
  },
  list: async (viewer, { limit, after, subscriptionId, requestId, status }) => {
    const filters = [after ?? null, subscriptionId ?? null, requestId ?? null, status ?? null];
    const values = [...viewerValues(viewer), ...filters, limit + 1];
    return (await database.query<DeliveryRow>({ text: sql.LIST_DELIVERIES, values })).map(toDelivery);
  },
  resend: async (id) => (await database.query({ text: sql.RESEND, values: [id] })).length > 0,
  removeEnded: async (days) => void (await database.query({ text: sql.REMOVE_ENDED, values: [days] })),
});

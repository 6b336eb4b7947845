-- Who is told of what, where. A subscription is worked on by one process at a time.
CREATE TABLE notification_subscriptions (
  id            uuid PRIMARY KEY,
  tenant_id     text NOT NULL,
  owner         text NOT NULL,
  scope         text NOT NULL CHECK (scope IN ('own', 'team', 'all')),
  team          text,
  catalog_id    text,
  request_id    uuid,
  events        text[] NOT NULL,
  channel       text NOT NULL CHECK (channel IN ('slack', 'webhook', 'email')),
  -- What may be shown of where it goes.
  target        text NOT NULL,
  -- Where it goes, and what signs it.
  sealed        text NOT NULL,
  -- Name, schedule, quiet hours and template.
  settings      json NOT NULL,
  paused_reason text,
  paused_at     timestamptz,
  failures      integer NOT NULL DEFAULT 0,
  next_at       timestamptz NOT NULL DEFAULT now(),
  lease_until   timestamptz,
  fence         integer NOT NULL DEFAULT 0,
  created_at    timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX notification_subscriptions_tenant ON notification_subscriptions (tenant_id, id DESC);

-- The log. Its key makes an event that comes twice one delivery.
CREATE TABLE notification_deliveries (
  id              uuid PRIMARY KEY,
  subscription_id uuid NOT NULL REFERENCES notification_subscriptions ON DELETE CASCADE,
  tenant_id       text NOT NULL,
  event_id        uuid NOT NULL,
  event           text NOT NULL,
  request_id      uuid NOT NULL,
  facts           json NOT NULL,
  status          text NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'delivered', 'failed', 'expired')),
  -- Goes out with others in one message; the id is that message's, from its first try on.
  held            boolean NOT NULL,
  bundle_id       uuid,
  tries           integer NOT NULL DEFAULT 0,
  answer          text,
  problem         text,
  occurred_at     timestamptz NOT NULL,
  due_at          timestamptz NOT NULL,
  expires_at      timestamptz NOT NULL,
  ended_at        timestamptz,
  UNIQUE (event_id, subscription_id)
);

CREATE INDEX notification_deliveries_due ON notification_deliveries (subscription_id, due_at) WHERE status = 'waiting';
CREATE INDEX notification_deliveries_newest ON notification_deliveries (tenant_id, id DESC);
CREATE INDEX notification_deliveries_ended ON notification_deliveries (ended_at) WHERE ended_at IS NOT NULL;

-- Messages to publish, in the order of `position`. A row is deleted once the bus has taken its message, so whatever commits
-- late is still found: there is no cursor that could pass it.
CREATE TABLE outbox (
  position    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_id    uuid NOT NULL,
  destination text NOT NULL,
  group_id    text NOT NULL,
  dedup_id    text NOT NULL,
  type        text NOT NULL,
  body        text NOT NULL,
  traceparent text,
  created_at  timestamptz NOT NULL DEFAULT now()
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

-- Rows live for milliseconds: compressing their bodies is not worth the time.
ALTER TABLE outbox ALTER COLUMN body SET STORAGE EXTERNAL;

-- Events this service has handled.
CREATE TABLE inbox (
  event_id   uuid PRIMARY KEY,
  handled_at timestamptz NOT NULL DEFAULT now()
);

-- For housekeeping alone; rows arrive in the order of time, which is what BRIN lives on.
CREATE INDEX inbox_handled_at ON inbox USING brin (handled_at);

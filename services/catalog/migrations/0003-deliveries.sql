-- What a webhook was told, by the sender's id: the second time it says the same, it is known. The payload is never stored.
CREATE TABLE deliveries (
  id          text PRIMARY KEY,
  event       text NOT NULL,
  ref         text,
  after       text,
  outcome     text NOT NULL,
  received_at timestamptz NOT NULL
);

CREATE INDEX deliveries_received_at ON deliveries (received_at);

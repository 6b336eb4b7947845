-- Messages that nobody could handle, taken from the dead-letter queues. They stay on record whatever becomes of them.
CREATE TABLE dead_letters (
  id             uuid PRIMARY KEY,
  position       bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  -- Where it came from and goes back to.
  queue          text NOT NULL,
  -- The bus's own name of it in the dead-letter queue: what is received twice is parked once.
  message_id     text NOT NULL,
  type           text NOT NULL,
  group_id       text NOT NULL,
  dedup_id       text NOT NULL,
  traceparent    text,
  receive_count  integer NOT NULL,
  sent_at        timestamptz NOT NULL,
  -- As bytes, since a text may hold what PostgreSQL keeps in no text.
  body           bytea NOT NULL,
  bytes          integer NOT NULL,
  reason         text NOT NULL,
  -- Why it never goes back; null: nothing in the message itself is against it.
  flaw           text,
  -- What its text says, as far as it can be read.
  tenant_id      text,
  request_id     uuid,
  task_id        uuid,
  generation     integer,
  event_id       uuid,
  correlation_id text,
  -- How its request ended since.
  ended_by       text,
  status         text NOT NULL DEFAULT 'parked' CHECK (status IN ('parked', 'redriven', 'discarded')),
  parked_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (queue, message_id)
);

CREATE INDEX dead_letters_listed ON dead_letters (tenant_id, status, position);
CREATE INDEX dead_letters_parked ON dead_letters (queue) WHERE status = 'parked';
CREATE INDEX dead_letters_recent ON dead_letters (parked_at);
CREATE INDEX dead_letters_request ON dead_letters (request_id);
CREATE INDEX dead_letters_group ON dead_letters (group_id, position);
CREATE INDEX dead_letters_event ON dead_letters (event_id);

-- Who did what with them, and why.
CREATE TABLE dead_letter_changes (
  letter_id            uuid NOT NULL REFERENCES dead_letters,
  change               text NOT NULL CHECK (change IN ('parked', 'redriven', 'discarded')),
  at                   timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- Null: PAO itself.
  by                   text,
  reason               text,
  acknowledged_unknown boolean NOT NULL DEFAULT false
);

CREATE INDEX dead_letter_changes_letter ON dead_letter_changes (letter_id, at);

-- How full the queues were, for the last hour.
CREATE TABLE queue_samples (
  queue     text NOT NULL,
  at        timestamptz NOT NULL,
  waiting   integer NOT NULL,
  in_flight integer NOT NULL,
  PRIMARY KEY (queue, at)
);

-- One row an external effect: written before the first byte leaves, ended after the answer. A row without an outcome whose lease is
-- over is an effect that may have happened and that nobody knows of.
CREATE TABLE attempt (
  task_id      uuid NOT NULL,
  -- Rises only by a person's decision.
  generation   integer NOT NULL,
  step         text NOT NULL,
  request_id   uuid NOT NULL,
  tenant       text NOT NULL,
  action_type  text NOT NULL,
  -- Digest of the action, so that two commands of one generation can be told apart.
  fingerprint  text NOT NULL,
  -- The command, for as long as the attempt is open: what settles it when the message never comes back.
  command      text,
  -- Who holds the attempt; the end is recorded only under the fence it was started or taken over with.
  fence        bigint NOT NULL DEFAULT 1,
  instance     text NOT NULL,
  boot_id      uuid NOT NULL,
  started_at   timestamptz NOT NULL DEFAULT now(),
  lease_until  timestamptz NOT NULL,
  outcome      text CHECK (outcome IN ('ok', 'definite-failure', 'unknown')),
  code         text,
  evidence     jsonb,
  -- The object's own name in the outer world, such as a ticket's key.
  external_ref text,
  tries        integer NOT NULL DEFAULT 0,
  finished_at  timestamptz,
  -- What a holder that had lost its hold found out afterwards.
  late_result  jsonb,
  PRIMARY KEY (task_id, generation, step)
);

CREATE INDEX attempt_open ON attempt (lease_until) WHERE outcome IS NULL;

-- Requests, in three parts by how often they change: `requests` and `audit` are only ever added to, `request_states` and `tasks` are
-- narrow and updated in place. Each write is one statement over all of them, so foreign keys would find nothing; their checks
-- would cost more than the statement.

-- What is fixed once a request was accepted. Ids are UUIDv7: their order is the order of creation.
CREATE TABLE requests (
  id              uuid PRIMARY KEY,
  submission_id   uuid NOT NULL,
  tenant_id       text NOT NULL,
  requested_by    text NOT NULL,
  requester       json NOT NULL,
  kind            text NOT NULL CHECK (kind IN ('item', 'bundle')),
  catalog_id      text NOT NULL,
  catalog_version text NOT NULL,
  catalog_hash    text NOT NULL,
  name            text NOT NULL,
  input           json NOT NULL,
  correlation_id  text NOT NULL,
  trace_id        text,
  created_at      timestamptz NOT NULL
);

CREATE INDEX requests_newest ON requests (tenant_id, id);
CREATE INDEX requests_of_person ON requests (tenant_id, requested_by, id);
CREATE INDEX requests_of_document ON requests (tenant_id, catalog_id, id);

-- Where a request stands. `status` is the fold of its tasks and of `decision`; a writer compares `version`.
CREATE TABLE request_states (
  request_id      uuid PRIMARY KEY,
  tenant_id       text NOT NULL,
  status          text NOT NULL CHECK (status IN ('submitted', 'awaiting-approval', 'processing', 'failed', 'retrying',
                    'aborting', 'aborted', 'escalating', 'escalated', 'completed')),
  decision        text,
  version         integer NOT NULL,
  completed_tasks smallint NOT NULL,
  total_tasks     smallint NOT NULL,
  audit_sequence  integer NOT NULL,
  audit_hash      bytea NOT NULL,
  updated_at      timestamptz NOT NULL
) WITH (fillfactor = 70);

-- Completed requests, in the long run nearly all, stay out of it.
CREATE INDEX request_states_open ON request_states (tenant_id, status, request_id) WHERE status <> 'completed';

CREATE TABLE tasks (
  request_id      uuid NOT NULL,
  position        smallint NOT NULL,
  id              uuid NOT NULL,
  component       text,
  catalog_id      text NOT NULL,
  catalog_version text NOT NULL,
  catalog_hash    text NOT NULL,
  action_id       text NOT NULL,
  type            text NOT NULL,
  name            text NOT NULL,
  executor        text NOT NULL,
  depends_on      smallint[] NOT NULL,
  status          text NOT NULL CHECK (status IN ('pending', 'queued', 'processing', 'waiting', 'completed', 'failed', 'stuck', 'skipped')),
  generation      integer NOT NULL,
  outputs         json,
  failure         json,
  stuck           text,
  queued_at       timestamptz,
  started_at      timestamptz,
  finished_at     timestamptz,
  -- How often the command was put into the outbox again since the task was queued, and when last.
  resends         integer NOT NULL,
  resent_at       timestamptz,
  PRIMARY KEY (request_id, position)
) WITH (fillfactor = 70);

-- Every change of a request and of its tasks, chained: `hash` is made over the hash of the row before and this row.
CREATE TABLE audit (
  request_id     uuid NOT NULL,
  sequence       integer NOT NULL,
  at             timestamptz NOT NULL,
  actor          text NOT NULL,
  change         text NOT NULL,
  task_id        uuid,
  from_status    text,
  to_status      text NOT NULL,
  correlation_id text NOT NULL,
  trace_id       text,
  hash           bytea NOT NULL,
  PRIMARY KEY (request_id, sequence)
);

CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit is only ever added to';
END
$$;

CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();

-- What calls with an Idempotency-Key were answered, for as long as their callers may repeat them.
CREATE TABLE answers (
  tenant_id   text NOT NULL,
  principal   text NOT NULL,
  route       text NOT NULL,
  key         text NOT NULL,
  fingerprint text NOT NULL,
  status      smallint NOT NULL,
  body        text NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, principal, route, key)
);

-- For housekeeping alone; rows arrive in the order of time, which is what BRIN lives on.
CREATE INDEX answers_created_at ON answers USING brin (created_at);

-- Documents of the catalog in every form a request may have been made of.
CREATE TABLE documents (
  hash     text PRIMARY KEY,
  document json NOT NULL
);

-- The form in which each document is offered: that of the highest revision seen. A retired one without a hash was never seen.
CREATE TABLE catalog_documents (
  id       text PRIMARY KEY,
  revision bigint NOT NULL,
  version  text,
  hash     text,
  retired  boolean NOT NULL
);

-- The last sync of the catalog that was heard of.
CREATE TABLE catalog_sync (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  revision  bigint NOT NULL,
  documents integer NOT NULL
);

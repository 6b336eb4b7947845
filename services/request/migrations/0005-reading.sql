-- When a row was added, by the database's own clock: the start of the transaction, which every row of it commits after. Anchors go
-- by it (docs/adr/0009-audit-anchors.md). Milliseconds, as it is told outside.
ALTER TABLE audit ADD COLUMN recorded_at timestamptz(3) NOT NULL DEFAULT now();

-- The audit of all requests by time. Nearly all rows are of the executor and of the changes that every request goes through: an
-- index of time finds those at once, and the others have an index that stays small.
CREATE INDEX audit_by_time ON audit (at, request_id, sequence);
CREATE INDEX audit_of_person ON audit (actor, at, request_id, sequence) WHERE actor <> 'executor';
CREATE INDEX audit_of_rare_change ON audit (change, at, request_id, sequence) WHERE change NOT IN ('request-submitted',
  'task-queued', 'task-started', 'request-processing', 'task-completed', 'request-completed');

-- The teams of who asked, as they were then.
CREATE FUNCTION teams_of(requester json) RETURNS text[] LANGUAGE sql IMMUTABLE
  AS $$ SELECT coalesce(array_agg(team), '{}') FROM json_array_elements_text(requester -> 'teams') AS team $$;
ALTER TABLE requests ADD COLUMN teams text[] GENERATED ALWAYS AS (teams_of(requester)) STORED;
CREATE INDEX requests_of_team ON requests USING gin (teams);

CREATE INDEX request_states_last_changed ON request_states (tenant_id, updated_at, request_id);

-- Finds a text within names. Needs an extension that comes with PostgreSQL but that not every role may create; without it names are
-- read one by one.
DO $$
BEGIN
  CREATE EXTENSION IF NOT EXISTS pg_trgm;
  EXECUTE format('CREATE INDEX requests_by_name ON requests USING gin (lower(name) %s.gin_trgm_ops)',
    (SELECT extnamespace::regnamespace FROM pg_extension WHERE extname = 'pg_trgm'));
EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported OR undefined_object THEN
  RAISE NOTICE 'names are searched without an index: %', SQLERRM;
END
$$;

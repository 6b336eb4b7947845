-- What retention leaves of a request: where its audit ends, so that the chain and every anchor over it can still be checked.
CREATE TABLE removed_requests (
  request_id       uuid PRIMARY KEY,
  tenant_id        text NOT NULL,
  kind             text NOT NULL,
  catalog_id       text NOT NULL,
  status           text NOT NULL,
  audit_sequence   integer NOT NULL,
  audit_hash       bytea NOT NULL,
  -- When the last row of its audit was added.
  recorded_at      timestamptz(3) NOT NULL,
  ended_at         timestamptz NOT NULL,
  removed_at       timestamptz NOT NULL,
  audit_removed_at timestamptz
);

CREATE INDEX removed_requests_in_order ON removed_requests (tenant_id, request_id);

-- Whose audit is there.
CREATE VIEW audited_requests AS
  SELECT id, tenant_id, kind, catalog_id FROM requests
  UNION ALL SELECT request_id, tenant_id, kind, catalog_id FROM removed_requests WHERE audit_removed_at IS NULL;

-- Removes the ended ones of the next requests in the order of their ids, and what is stored for them in every table that names its
-- request by `request_id`; their audit, their lead time and `removed_requests` stay. One that still holds units of a quota stays, too.
-- The service's role has no right to remove a request: it may call this, which takes none that is younger than a day or not over.
CREATE FUNCTION remove_ended_requests(after uuid, below uuid, completed_before timestamptz, aborted_before timestamptz,
  failed_before timestamptz, most integer, OUT last uuid, OUT removed integer) LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  page uuid[];
  gone uuid[];
  store text;
BEGIN
  page := ARRAY(SELECT id FROM requests WHERE id > after AND id < below ORDER BY id LIMIT most);
  last := page[cardinality(page)];
  gone := ARRAY(SELECT s.request_id FROM request_states s WHERE s.request_id = ANY (page) AND s.updated_at < now() - interval '1 day'
    AND CASE s.status WHEN 'completed' THEN s.updated_at < completed_before WHEN 'aborted' THEN s.updated_at < aborted_before
      WHEN 'failed' THEN s.updated_at < failed_before ELSE false END
    AND NOT EXISTS (SELECT 1 FROM quota_reservations q WHERE q.request_id = s.request_id AND q.state <> 'released')
    FOR UPDATE SKIP LOCKED);
  removed := cardinality(gone);
  IF removed = 0 THEN RETURN; END IF;
  INSERT INTO removed_requests
    SELECT r.id, r.tenant_id, r.kind, r.catalog_id, s.status, s.audit_sequence, s.audit_hash,
      coalesce((SELECT max(recorded_at) FROM audit a WHERE a.request_id = r.id), now()), s.updated_at, now(), NULL
    FROM requests r JOIN request_states s ON s.request_id = r.id WHERE r.id = ANY (gone);
  FOR store IN SELECT c.relname FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = 'request_id' AND NOT a.attisdropped
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
      AND c.relname NOT IN ('audit', 'lead_times', 'removed_requests')
  LOOP
    EXECUTE format('DELETE FROM %I WHERE request_id = ANY ($1)', store) USING gone;
  END LOOP;
  DELETE FROM requests WHERE id = ANY (gone);
END
$$;

-- The audit is only ever added to. What ends it is the owner's audit retention, for whole chains of removed requests: it notes first
-- that it did. (The trigger is one of rows, since it has to look at which; rows that are added do not pay for it.)
DROP TRIGGER audit_is_append_only ON audit;

CREATE FUNCTION refuse_audit_row_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    PERFORM 1 FROM removed_requests WHERE request_id = OLD.request_id AND audit_removed_at IS NOT NULL;
    IF FOUND THEN RETURN OLD; END IF;
  END IF;
  RAISE EXCEPTION 'the audit is only ever added to';
END
$$;

CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION refuse_audit_row_change();
CREATE TRIGGER audit_is_not_truncated BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();

-- Temporary tables last: nobody may put one in the place of ours.
DO $$
BEGIN
  EXECUTE format('ALTER FUNCTION remove_ended_requests SET search_path = %I, pg_temp', current_schema());
  EXECUTE format('ALTER FUNCTION refuse_audit_row_change SET search_path = %I, pg_temp', current_schema());
END
$$;

-- What operators should look at, as it was found last: tasks that are silent for too long, records that contradict each other.
CREATE TABLE attention (
  kind       text NOT NULL,
  -- The request, `<request>/<position>` for a task, or a part of the service.
  subject    text NOT NULL,
  -- Both null: it concerns everybody.
  tenant_id  text,
  request_id uuid,
  message    text NOT NULL,
  -- What its age is counted from. Milliseconds, as it is told outside and given back by cursors.
  since      timestamptz(3) NOT NULL,
  found_at   timestamptz NOT NULL,
  PRIMARY KEY (kind, subject)
);

-- Where the time of each ended request went, in milliseconds that add up to the total. They outlive the requests.
CREATE TABLE lead_times (
  request_id      uuid PRIMARY KEY,
  tenant_id       text NOT NULL,
  kind            text NOT NULL,
  catalog_id      text NOT NULL,
  catalog_version text NOT NULL,
  team            text,
  outcome         text NOT NULL,
  submitted_at    timestamptz NOT NULL,
  ended_at        timestamptz NOT NULL,
  total_ms        bigint NOT NULL,
  approval_ms     bigint NOT NULL,
  queue_ms        bigint NOT NULL,
  human_ms        bigint NOT NULL,
  waiting_ms      bigint NOT NULL,
  automation_ms   bigint NOT NULL
);

CREATE INDEX lead_times_by_end ON lead_times (tenant_id, ended_at);

-- Up to which time of the audit lead times were recorded.
CREATE TABLE lead_times_progress (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  up_to     timestamptz NOT NULL
);

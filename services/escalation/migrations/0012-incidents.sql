-- Stops of requests for the same reason. `forming` until a second request stops for it.
CREATE TABLE incidents (
  id           uuid PRIMARY KEY,
  tenant_id    text NOT NULL,
  catalog_id   text NOT NULL,
  action_id    text NOT NULL,
  failure_code text NOT NULL,
  -- Empty where the failure does not say.
  target_host  text NOT NULL,
  status       text NOT NULL CHECK (status IN ('forming', 'open', 'closed')),
  stops        integer NOT NULL,
  first_at     timestamptz NOT NULL,
  last_at      timestamptz NOT NULL,
  opened_at    timestamptz,
  closed_at    timestamptz,
  closed_by    text,
  reason       text
);

-- Stops at the same moment make one incident.
CREATE UNIQUE INDEX incidents_one_live ON incidents (tenant_id, catalog_id, action_id, failure_code, target_host)
  WHERE status <> 'closed';

-- The list, newest first, and what may close by itself.
CREATE INDEX incidents_newest ON incidents (tenant_id, opened_at DESC, id DESC) WHERE status <> 'forming';
CREATE INDEX incidents_quiet ON incidents (last_at) WHERE status <> 'closed';
-- To which one that was closed meanwhile a stop belongs that comes late.
CREATE INDEX incidents_closed ON incidents (tenant_id, catalog_id, action_id, failure_code, target_host, closed_at)
  WHERE status = 'closed';

ALTER TABLE escalations ADD COLUMN incident_id uuid REFERENCES incidents;
CREATE INDEX escalations_incident ON escalations (incident_id, failed_at DESC, id DESC) WHERE incident_id IS NOT NULL;

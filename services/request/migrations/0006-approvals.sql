-- What people have to agree to before anything of a request is carried out, by stage: JSON of the domain's own shape, as it belongs to
-- the request and changes with its version. Null for requests that need nobody's approval.
ALTER TABLE request_states ADD COLUMN approvals json;

-- The same, as far as lists and the clock look for it. Written by the statements that write the request; the truth is above.
CREATE TABLE approvals (
  id           uuid PRIMARY KEY,
  request_id   uuid NOT NULL,
  tenant_id    text NOT NULL,
  stage        smallint NOT NULL,
  state        text NOT NULL,
  teams        text[] NOT NULL,
  -- E-mail addresses, in lower case: of those who may decide, of who asked, and of those who have decided.
  users        text[] NOT NULL,
  requested_by text NOT NULL,
  decided_by   text[] NOT NULL,
  -- When the clock decides next; null when it does not.
  due_at       timestamptz
) WITH (fillfactor = 70);

CREATE INDEX approvals_newest ON approvals (tenant_id, id);
CREATE INDEX approvals_waiting ON approvals (tenant_id, id) WHERE state = 'waiting';
CREATE INDEX approvals_of_requester ON approvals (tenant_id, requested_by, id);
CREATE INDEX approvals_due ON approvals (due_at) WHERE due_at IS NOT NULL;
-- For what goes with its request.
CREATE INDEX approvals_of_request ON approvals (request_id);

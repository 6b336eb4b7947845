-- Requests in the hands of people: one row each, taken over by one process at a time for as long as its lease lasts.
CREATE TABLE handovers (
  request_id     uuid PRIMARY KEY,
  tenant_id      text NOT NULL,
  correlation_id text NOT NULL,
  round          integer NOT NULL,
  status         text NOT NULL CHECK (status IN ('opening', 'opened', 'ended')),
  -- What the request service said of the request and its tasks when it was handed over.
  snapshot       json NOT NULL,
  -- When one of its steps has to be done next.
  due_at         timestamptz,
  lease_until    timestamptz,
  fence          integer NOT NULL DEFAULT 0,
  created_at     timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX handovers_due ON handovers (due_at) WHERE due_at IS NOT NULL;

-- At most one for each generation of a task.
CREATE TABLE tickets (
  request_id uuid NOT NULL REFERENCES handovers,
  task_id    uuid NOT NULL,
  generation integer NOT NULL,
  state      text NOT NULL CHECK (state IN ('wanted', 'open', 'handed-back', 'settled', 'withdrawn')),
  issue_id   text,
  issue_key  text,
  ticket     json NOT NULL,
  PRIMARY KEY (request_id, task_id, generation)
);

CREATE INDEX tickets_issue ON tickets (issue_id) WHERE issue_id IS NOT NULL;

-- The ledger: one row for each call to the ticket system that has an effect, written before the call.
CREATE TABLE ticket_steps (
  request_id uuid NOT NULL REFERENCES handovers,
  task_id    uuid NOT NULL,
  generation integer NOT NULL,
  step       text NOT NULL,
  state      text NOT NULL CHECK (state IN ('due', 'started', 'in-doubt', 'done', 'flagged', 'void')),
  due_at     timestamptz,
  tries      integer NOT NULL,
  probes     integer NOT NULL,
  fence      integer NOT NULL,
  problem    json,
  detail     json NOT NULL,
  PRIMARY KEY (request_id, task_id, generation, step)
);

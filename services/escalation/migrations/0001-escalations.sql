-- Requests that stopped. A row is made by one stop of one request: one attempt of one task.
CREATE TABLE escalations (
  id              uuid PRIMARY KEY,
  tenant_id       text NOT NULL,
  request_id      uuid NOT NULL,
  task_id         uuid NOT NULL,
  generation      integer NOT NULL,
  status          text NOT NULL,
  closed_by       text,
  closed_at       timestamptz,
  catalog_id      text NOT NULL,
  catalog_version text NOT NULL,
  name            text NOT NULL,
  requested_by    text NOT NULL,
  correlation_id  text NOT NULL,
  task            json NOT NULL,
  failure         json NOT NULL,
  stuck           text,
  completed_tasks integer NOT NULL,
  total_tasks     integer NOT NULL,
  failed_at       timestamptz NOT NULL,
  opened_at       timestamptz NOT NULL DEFAULT now(),
  UNIQUE (request_id, task_id, generation)
);

-- A request waits for a person at one place.
CREATE UNIQUE INDEX escalations_one_open ON escalations (request_id) WHERE status = 'open';

-- The list, newest first.
CREATE INDEX escalations_newest ON escalations (tenant_id, failed_at DESC, id DESC);
CREATE INDEX escalations_newest_open ON escalations (tenant_id, failed_at DESC, id DESC) WHERE status = 'open';

-- What the executor said of attempts that failed or are stuck.
CREATE TABLE task_failures (
  event_id    uuid PRIMARY KEY,
  tenant_id   text NOT NULL,
  request_id  uuid NOT NULL,
  task_id     uuid NOT NULL,
  generation  integer NOT NULL,
  kind        text NOT NULL,
  stuck       text,
  failure     json NOT NULL,
  started_at  timestamptz,
  detected_at timestamptz NOT NULL,
  -- When its request was completed after all.
  settled_at  timestamptz
);

CREATE INDEX task_failures_request ON task_failures (request_id, task_id, generation);

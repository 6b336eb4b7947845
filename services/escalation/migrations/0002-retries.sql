-- Which generation of which task a person had run again, so that news of an earlier one that comes late opens nothing.
CREATE TABLE retries (
  request_id uuid NOT NULL,
  task_id    uuid NOT NULL,
  -- The one it runs with from then on.
  generation integer NOT NULL,
  retried_at timestamptz NOT NULL,
  PRIMARY KEY (request_id, task_id, generation)
);

-- How its request ended; evidence from before this column was settled by a completion.
ALTER TABLE task_failures ADD COLUMN settled_by text;

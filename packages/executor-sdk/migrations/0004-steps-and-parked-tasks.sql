-- JSON text, so that what an action type keeps comes back as it was given: what a later step was prepared from, and how its task went
-- on behind a step that is done.
ALTER TABLE attempt ADD COLUMN point text;
ALTER TABLE attempt ADD COLUMN next text;

-- Tasks that wait for something outside. A row is all that waits: no worker, message or lock.
CREATE TABLE parked_task (
  task_id    uuid NOT NULL,
  generation integer NOT NULL,
  -- Whose success parked it; its attempt keeps the end that is told to who asks again.
  step       text NOT NULL,
  request_id uuid NOT NULL,
  tenant     text NOT NULL,
  -- JSON text; what was sealed in it is.
  command    text NOT NULL,
  kind       text NOT NULL CHECK (kind IN ('check', 'callback', 'approval')),
  what       text NOT NULL,
  url        text,
  -- JSON text: the park as the action type gave it, with its state; the steps that are done.
  park       text NOT NULL,
  done       text NOT NULL,
  started_at timestamptz NOT NULL,
  since      timestamptz NOT NULL DEFAULT now(),
  until_at   timestamptz NOT NULL,
  -- When it is looked at; of one that is being looked at, when somebody else may.
  wake_at    timestamptz NOT NULL,
  -- Rises with each look, and with the answer: what an older look found is not stored.
  fence      bigint NOT NULL DEFAULT 1,
  -- JSON text of what came, until a look has taken it; the digest of the last, for good.
  answer     text,
  answered   text,
  looks      integer NOT NULL DEFAULT 0,
  failures   integer NOT NULL DEFAULT 0,
  -- Of the last line of the task's log.
  sequence   integer NOT NULL,
  PRIMARY KEY (task_id, generation)
);

CREATE INDEX parked_task_wake ON parked_task (wake_at);

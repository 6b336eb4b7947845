-- Types of actions that the executors of other teams announce: what each told last, again every minute.
CREATE TABLE executors (
  pool         text NOT NULL,
  instance     text NOT NULL,
  action_types json NOT NULL,
  announced_at timestamptz(3) NOT NULL,
  PRIMARY KEY (pool, instance)
);

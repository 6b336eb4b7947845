-- Who has announced itself, and for what. One row for each executor of a pool, which tells again every minute.
CREATE TABLE executors (
  pool         text NOT NULL,
  instance     text NOT NULL,
  action_types json NOT NULL,
  announced_at timestamptz(3) NOT NULL,
  stopping     boolean NOT NULL,
  PRIMARY KEY (pool, instance)
);

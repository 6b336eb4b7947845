-- What executors tell of their attempts, as it came: one row a message, since its lines are written and read together. What other
-- messages told already comes no second time: a message is named by its last line. `lines` is clean (core/domain/task-log.ts).
CREATE TABLE task_logs (
  request_id     uuid NOT NULL,
  task_id        uuid NOT NULL,
  generation     integer NOT NULL,
  first_sequence integer NOT NULL,
  last_sequence  integer NOT NULL,
  line_count     smallint NOT NULL,
  bytes          integer NOT NULL,
  -- In the order of commits within a request, whose row in request_states is locked before one is taken.
  position       bigint GENERATED ALWAYS AS IDENTITY,
  lines          json NOT NULL,
  PRIMARY KEY (request_id, task_id, generation, last_sequence)
);

-- The transaction that wrote a row: with a snapshot, which names those that had ended, it says exactly what is new since, however late
-- a transaction ends (adapters/postgres/change-log.ts). Rows from before are as old as this migration.
ALTER TABLE audit ADD COLUMN written_by xid8 NOT NULL DEFAULT pg_current_xact_id();
CREATE INDEX audit_as_written ON audit (written_by, request_id, sequence);

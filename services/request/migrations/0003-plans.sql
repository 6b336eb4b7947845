-- Tasks that were left out (by their condition, or an abort); with the completed ones, those of which nothing is left to do.
ALTER TABLE request_states ADD COLUMN skipped_tasks smallint NOT NULL DEFAULT 0;

-- What the caller had been shown and agreed to (SHA-256, hexadecimal), and what a month of it is estimated to cost:
-- [{ "currency", "monthly" }], one entry for each currency. Null: submitted without a plan; no document gives a cost.
ALTER TABLE requests ADD COLUMN plan_digest text, ADD COLUMN cost json;

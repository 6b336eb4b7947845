-- Requests that people took over: how often, and where they work on each task.
ALTER TABLE request_states ADD COLUMN escalation_round smallint NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN ticket_key text, ADD COLUMN ticket_url text;

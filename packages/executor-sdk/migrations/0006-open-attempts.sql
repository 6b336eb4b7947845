-- Under another condition than `outcome IS NULL`: who looks an attempt up by its key says that too, and the planner would take this index for
-- it, in which all that has ended since the last vacuum still is.
DROP INDEX attempt_open;
CREATE INDEX attempt_open ON attempt (lease_until) WHERE coalesce(outcome, '') = '';

-- The tickets of a request. Few attempts leave an object with a name of its own, so the others cost nothing here.
CREATE INDEX attempt_with_object ON attempt (request_id) WHERE external_ref IS NOT NULL;

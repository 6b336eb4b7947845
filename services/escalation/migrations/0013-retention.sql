-- What was closed long ago, for retention. Requests are found by their ids, and letters by when they were parked.
CREATE INDEX incidents_ended ON incidents (closed_at) WHERE status = 'closed';

-- A text within names is looked for among the newest first. An index that has the names themselves spares reading the rows. What is
-- too long for an index is looked for by itself; nearly always there is nothing, which the statistics tell the planner.
CREATE INDEX requests_searched ON requests (tenant_id, id, lower(name)) INCLUDE (name) WHERE octet_length(name) <= 500;
CREATE INDEX requests_long_names ON requests (tenant_id, id) WHERE octet_length(name) > 500;
CREATE STATISTICS requests_name_length ON (octet_length(name)) FROM requests;
-- Not of an empty table: one that is known to be empty is read as a whole, by plans that are kept when it is not empty any more.
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM requests) THEN ANALYZE requests; END IF;
END $$;

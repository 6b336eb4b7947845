-- What people decide leaves its reason, and a retried task the generation it runs with. Rows from before have neither, and their
-- hashes were made without.
ALTER TABLE audit ADD COLUMN reason text, ADD COLUMN generation integer;

-- The teams that may see a document; null: everybody.
ALTER TABLE documents ADD COLUMN visible_teams text[];
UPDATE documents AS d
SET visible_teams = ARRAY (SELECT jsonb_array_elements_text(v.document::jsonb #> '{policy,visibility,teams}'))
FROM versions AS v
WHERE v.id = d.id AND v.revision = d.revision AND v.document::jsonb #> '{policy,visibility,teams}' IS NOT NULL;

-- What is shown of a document may change without a new version of it: its owner, when CODEOWNERS changes. `revision` stays that
-- of the version or the retirement; `changed` is the revision of the last change of either kind, which readers catch up by.
ALTER TABLE documents ADD COLUMN changed bigint;
UPDATE documents SET changed = revision;
ALTER TABLE documents ALTER COLUMN changed SET NOT NULL, ADD UNIQUE (changed);

ALTER TABLE sync
  ADD COLUMN source              text,
  ADD COLUMN branch              text,
  ADD COLUMN force_pushed_commit text,
  ADD COLUMN force_pushed_at     timestamptz;

-- Whom CODEOWNERS names for the folder of a category, at the last sync that could read the source.
CREATE TABLE category_owners (
  category text PRIMARY KEY,
  owners   text[] NOT NULL
);

-- What is offered, or was offered last: all that browsing needs, without the document itself.
CREATE TABLE documents (
  id            text PRIMARY KEY,
  -- Rises with every publication and retirement of any document; the version of that revision holds the document.
  revision      bigint NOT NULL UNIQUE,
  retired       boolean NOT NULL DEFAULT false,
  kind          text NOT NULL,
  path          text NOT NULL,
  hash          text NOT NULL,
  name          text NOT NULL,
  description   text NOT NULL,
  version       text NOT NULL,
  category      text NOT NULL,
  owner_team    text,
  owner_contact text,
  mode          text,
  tags          text[] NOT NULL,
  published_at  timestamptz NOT NULL
);

-- The last versions of each document. `json` keeps a document as its author ordered it.
CREATE TABLE versions (
  id           text NOT NULL REFERENCES documents,
  revision     bigint NOT NULL,
  version      text NOT NULL,
  hash         text NOT NULL,
  commit       text NOT NULL,
  document     json NOT NULL,
  published_at timestamptz NOT NULL,
  PRIMARY KEY (id, revision)
);

-- One row: the last sync that ended.
CREATE TABLE sync (
  singleton    boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  state        text NOT NULL,
  commit       text,
  rules        text,
  revision     bigint NOT NULL,
  documents    bigint NOT NULL,
  started_at   timestamptz,
  completed_at timestamptz,
  failure      text
);

-- What was wrong at the last sync that could read the source.
CREATE TABLE findings (
  position bigint PRIMARY KEY,
  path     text NOT NULL,
  line     bigint NOT NULL,
  "column" bigint NOT NULL,
  severity text NOT NULL,
  code     text NOT NULL,
  message  text NOT NULL,
  hint     text
);

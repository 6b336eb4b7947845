import { error, warning, yaml } from './entry.ts';

export const metadataCodes = {
  ID_NOT_KEBAB_CASE: error({
    summary: 'An id is lower-case words joined by hyphens.',
    frame: 'metadata',
    bad: 'id: Database_PostgreSQL\n',
    good: 'id: database-postgresql-small\n',
  }),
  ID_NOT_UNIQUE: error({
    summary: 'Two documents of the catalog have the same id.',
    frame: 'metadata',
    bad: 'id: database-postgresql-standard\n',
    good: 'id: database-postgresql-large\n',
  }),
  ID_SEGMENTS: warning({
    summary: 'The id of an item is `{category}-{service}-{variant}`.',
    frame: 'metadata',
    bad: 'id: database-postgresql\n',
    good: 'id: database-postgresql-large\n',
  }),
  ID_NOT_CATEGORY: warning({
    summary: 'The id does not start with the category, in its singular or plural.',
    frame: 'metadata',
    bad: 'id: storage-postgresql-large\n',
    good: 'id: database-postgresql-large\n',
  }),
  CATEGORY_NOT_FOLDER: error({
    summary: 'The category is the name of the folder that the file lies in, `catalog/<category>/`.',
    frame: 'metadata',
    bad: '# catalog/storage/postgresql.yaml\ncategory: databases\n',
    good: '# catalog/databases/postgresql.yaml\ncategory: databases\n',
  }),
  FILE_MISPLACED: warning({
    summary: 'Items lie in `catalog/<category>/`, bundles in `bundles/`.',
    frame: 'metadata',
    bad: '# bundles/postgresql.yaml\ncategory: databases\n',
    good: '# catalog/databases/postgresql.yaml\ncategory: databases\n',
  }),
  VERSION_NOT_SEMVER: error({
    summary: 'The version has three numbers, as Semantic Versioning says.',
    frame: 'metadata',
    bad: 'version: "1.2"\n',
    good: 'version: 1.2.0\n',
  }),
  DESCRIPTION_LENGTH: warning({
    summary: 'A description of 50 to 500 characters tells people what they get.',
    frame: 'metadata',
    bad: 'description: A database.\n',
    good: 'description: A managed PostgreSQL database with encrypted storage, daily backups and monitoring.\n',
  }),
  OWNER_MISSING: warning({
    summary: 'No owner is named. CODEOWNERS decides who owns the document.',
    frame: 'whole-metadata',
    bad: yaml`
      id: database-postgresql-large
      name: PostgreSQL database
      description: A managed PostgreSQL database with encrypted storage, backups and monitoring.
      version: 1.0.0
      category: databases
    `,
    good: yaml`
      id: database-postgresql-large
      name: PostgreSQL database
      description: A managed PostgreSQL database with encrypted storage, backups and monitoring.
      version: 1.0.0
      category: databases
      owner: { team: platform-databases, contact: databases@example.com }
    `,
  }),
  METADATA_KEY_NOT_CAMEL_CASE: error({
    summary: 'Constants are read as `{{.metadata.<id>.<key>}}`; their keys are camelCase.',
    frame: 'metadata',
    bad: 'support-channel: "#databases"\n',
    good: 'supportChannel: "#databases"\n',
  }),
  METADATA_TEMPLATED: error({
    summary: 'Metadata is constant. Variables are not filled in.',
    frame: 'metadata',
    bad: 'endpoint: "{{.current.name}}.example.com"\n',
    good: 'domain: example.com\n',
  }),
  DEPRECATION_IN_FUTURE: error({
    summary: 'The document is deprecated since a version that it has not reached.',
    frame: 'item',
    bad: 'deprecation: { since: 2.0.0, message: Use the Aurora database instead }\n',
    good: 'deprecation: { since: 1.2.0, message: Use the Aurora database instead }\n',
  }),
  REPLACEMENT_UNKNOWN: error({
    summary: '`replacedBy` names a document that the catalog does not have.',
    frame: 'item',
    bad: 'deprecation: { since: 1.2.0, replacedBy: database-postgres-standard }\n',
    good: 'deprecation: { since: 1.2.0, replacedBy: database-postgresql-standard }\n',
  }),
  SECRET_IN_DOCUMENT: error({
    summary:
      'A credential stands in the document, and so in git for good. Revoke it and name a secret with `secretRef`.',
    frame: 'actions',
    bad: yaml`
      - type: rest-api
        config:
          endpoint: { url: "https://platform.example.com/databases", method: POST }
          headers: { Authorization: Bearer abcdefghijklmnopqrstuvwxyz }
    `,
    good: yaml`
      - type: rest-api
        config:
          endpoint: { url: "https://platform.example.com/databases", method: POST }
          authentication: { type: bearer, secretRef: platform-api-token }
    `,
  }),
} as const;

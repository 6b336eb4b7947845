import { error, yaml } from './entry.ts';

/** What the JSON Schemas say. */
export const shapeCodes = {
  SCHEMA_VERSION_UNKNOWN: error({
    summary: 'The only schema version is `catalog/v1`.',
    frame: 'item',
    bad: 'schemaVersion: catalog/v2\n',
    good: 'schemaVersion: catalog/v1\n',
  }),
  KIND_UNKNOWN: error({
    summary: '`kind` is `CatalogItem` or `CatalogBundle`.',
    frame: 'item',
    bad: 'kind: Catalogitem\n',
    good: 'kind: CatalogItem\n',
  }),
  PROPERTY_MISSING: error({
    summary: 'A key that must be there is missing.',
    frame: 'fields',
    bad: '- { id: environment, type: string }\n',
    good: '- { id: environment, name: Environment, type: string }\n',
  }),
  PROPERTY_UNKNOWN: error({
    summary: 'A key means nothing here, as a rule because of a slip of the pen; it would be ignored silently.',
    frame: 'fields',
    bad: '- { id: environment, name: Environment, type: string, requird: true }\n',
    good: '- { id: environment, name: Environment, type: string, required: true }\n',
  }),
  TYPE_WRONG: error({
    summary: 'A value has another type than its key demands.',
    frame: 'metadata',
    bad: 'version: 1.2\n',
    good: 'version: 1.2.0\n',
  }),
  VALUE_NOT_ALLOWED: error({
    summary: 'A value is not one of those that are possible.',
    frame: 'actions',
    bad: yaml`
      - type: rest-api
        config: { endpoint: { url: "https://platform.example.com/databases", method: post } }
    `,
    good: yaml`
      - type: rest-api
        config: { endpoint: { url: "https://platform.example.com/databases", method: POST } }
    `,
  }),
  VALUE_FORMAT: error({
    summary: 'A text does not have the form that it must have.',
    frame: 'item',
    bad: 'cost: { currency: euro, monthly: 12.5 }\n',
    good: 'cost: { currency: EUR, monthly: 12.5 }\n',
  }),
  VALUE_OUT_OF_RANGE: error({
    summary: 'A number is too small or too large, or a text or list too short or too long.',
    frame: 'actions',
    bad: yaml`
      - type: rest-api
        timeout: 0
        config: { endpoint: { url: "https://platform.example.com/databases", method: POST } }
    `,
    good: yaml`
      - type: rest-api
        timeout: 60
        config: { endpoint: { url: "https://platform.example.com/databases", method: POST } }
    `,
  }),
  DURATION_INVALID: error({
    summary: 'A duration is a number and one of s, m, h and d.',
    frame: 'item',
    bad: yaml`
      lifecycle:
        observe: { type: webhook, config: { url: "https://platform.example.com/databases" }, every: 15 minutes }
    `,
    good: yaml`
      lifecycle:
        observe: { type: webhook, config: { url: "https://platform.example.com/databases" }, every: 15m }
    `,
  }),
} as const;

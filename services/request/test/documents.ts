import { createHash } from 'node:crypto';
import type { Action, CatalogBundle, CatalogDocument, CatalogItem, Field } from '@pao/documents';
import { canonicalJson, type JsonObject } from '@pao/kernel';
import type { PinnedDocument } from '../src/core/domain/plan.ts';
import type { Publication } from '../src/core/ports/catalog-projection.ts';

/** Catalog documents that tests start from, as the catalog publishes them. */

export const anAction = (action: Partial<Action> = {}): Action => ({
  type: 'rest-api',
  id: 'create',
  name: 'Create it',
  executor: 'default',
  idempotent: false,
  outputs: { endpoint: 'body.endpoint' },
  ...action,
  config: action.config ?? {
    endpoint: { url: 'https://platform.example/v1/databases', method: 'POST' },
    headers: { 'X-Requested-By': '{{.system.user.email}}' },
    body: { type: 'json', contentTemplate: '{"name": "{{.current.name}}", "size": {{.current.basic.storageGb}}}' },
  },
});

const STORAGE: Field = {
  id: 'storageGb',
  name: 'Storage (GB)',
  type: 'number',
  default: 50,
  validation: { min: 20, max: 1000, integer: true },
};

export interface ItemParts {
  readonly id?: string;
  readonly version?: string;
  readonly actions?: readonly Action[];
  readonly fields?: readonly Field[];
  readonly rest?: Partial<CatalogItem>;
}

/** An automatic item with one group `basic`; one action that creates something unless others are given. */
export const anItem = ({
  id = 'database-standard',
  version = '1.0.0',
  actions,
  fields,
  rest,
}: ItemParts = {}): CatalogItem => ({
  schemaVersion: 'catalog/v1',
  kind: 'CatalogItem',
  metadata: { id, name: id, description: 'A database', version, category: 'databases', engine: 'postgres' },
  input: {
    form: {
      name: 'Database name',
      validation: { pattern: '^[a-z][a-z0-9-]*$' },
      groups: [{ id: 'basic', name: 'Basics', fields: fields ?? [STORAGE] }],
    },
  },
  fulfillment: {
    strategy: { mode: 'automatic' },
    manual: {
      actions: [
        anAction({ type: 'jira-ticket', id: 'ticket', config: { ticket: { project: 'X', summaryTemplate: 'y' } } }),
      ],
    },
    automatic: { actions: actions ?? [anAction()] },
  },
  ...rest,
});

const reading = (template: string) => ({
  endpoint: { url: 'https://platform.example/v1/next', method: 'POST' },
  body: { type: 'json', contentTemplate: template },
});

/** Three actions, the later ones reading what the earlier ones gave. */
export const aLongItem = (id = 'database-long'): CatalogItem => {
  return anItem({
    id,
    actions: [
      anAction({ id: 'first', outputs: { endpoint: 'body.endpoint' } }),
      anAction({ id: 'second', outputs: { arn: 'body.arn' }, config: reading('{"endpoint": "{{.output.endpoint}}"}') }),
      anAction({
        id: 'third',
        outputs: {},
        config: reading('{"arn": "{{.output.arn}}", "at": "{{.output.endpoint}}"}'),
      }),
    ],
  });
};

export const aBundle = (
  components: CatalogBundle['components'],
  mode: 'sequential' | 'parallel' = 'sequential',
): CatalogBundle => ({
  schemaVersion: 'catalog/v1',
  kind: 'CatalogBundle',
  metadata: { id: 'bundle-webapp', name: 'Web application', description: 'All of it', version: '2.0.0' },
  components,
  input: { form: { name: 'Application name' } },
  fulfillment: { orchestration: { mode } },
});

export const hashOf = (document: CatalogDocument): string =>
  createHash('sha256').update(canonicalJson(document)).digest('hex');

export const pin = (document: CatalogDocument): PinnedDocument => ({
  reference: { id: document.metadata.id, version: document.metadata.version, hash: hashOf(document) },
  document,
});

export const aPublication = (document: CatalogDocument, revision = 1): Publication => ({
  ...pin(document).reference,
  kind: document.kind,
  revision,
  document: document as unknown as JsonObject,
});

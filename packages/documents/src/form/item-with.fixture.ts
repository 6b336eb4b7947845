import type { CatalogItem, Form, Group } from '../document.ts';

/** An item with the form under test; nothing else of it matters. */
export const itemWith = (form: Form): CatalogItem => ({
  schemaVersion: 'catalog/v1',
  kind: 'CatalogItem',
  metadata: {
    id: 'database-postgresql-test',
    name: 'Database',
    description: 'A database.',
    version: '1.0.0',
    category: 'databases',
  },
  input: { form },
  fulfillment: { strategy: { mode: 'manual' }, manual: { actions: [] } },
});

export const itemWithFields = (...fields: Group['fields']): CatalogItem =>
  itemWith({ name: 'Name', validation: { pattern: '^[a-z-]+$' }, groups: [{ id: 'basic', name: 'Basics', fields }] });

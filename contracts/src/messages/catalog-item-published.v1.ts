import { z } from 'zod';
import { defineMessage } from '../envelope.ts';
import { catalogReferenceSchema, jsonObjectSchema } from './common.ts';

export const catalogItemPublishedV1 = defineMessage({
  type: 'catalog-item-published.v1',
  channel: 'catalog-events',
  producer: 'catalog',
  summary: 'An item or a bundle is offered in a new form. Carries the whole document, so that nobody has to ask back.',
  data: catalogReferenceSchema.extend({
    kind: z.enum(['CatalogItem', 'CatalogBundle']),
    /** Rises with every publication of any document: a consumer keeps the highest it has seen of each id. */
    revision: z.int().min(1),
    /** The commit the document was read at; for a folder the digest of its files. */
    commit: z.string().min(1),
    document: jsonObjectSchema,
  }),
});

export type CatalogItemPublishedV1 = z.infer<typeof catalogItemPublishedV1.data>;

import { z } from 'zod';
import { defineMessage } from '../envelope.ts';

export const catalogItemRetiredV1 = defineMessage({
  type: 'catalog-item-retired.v1',
  channel: 'catalog-events',
  producer: 'catalog',
  summary: 'An item or a bundle is no longer offered. Requests that were made of it go on.',
  data: z.object({ id: z.string().min(1), revision: z.int().min(1), commit: z.string().min(1) }),
});

export type CatalogItemRetiredV1 = z.infer<typeof catalogItemRetiredV1.data>;

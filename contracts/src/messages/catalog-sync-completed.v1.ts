import { z } from 'zod';
import { defineMessage } from '../envelope.ts';
import { timestampSchema } from './common.ts';

export const catalogSyncCompletedV1 = defineMessage({
  type: 'catalog-sync-completed.v1',
  channel: 'catalog-events',
  producer: 'catalog',
  summary:
    'The catalog was read at one commit. Who projects the catalog has caught up when it holds `revision` or later.',
  data: z.object({
    commit: z.string().min(1),
    /** The highest revision that was given out up to this sync. */
    revision: z.int().min(0),
    /** Documents that are offered now. */
    documents: z.int().min(0),
    errors: z.int().min(0),
    completedAt: timestampSchema,
  }),
});

export type CatalogSyncCompletedV1 = z.infer<typeof catalogSyncCompletedV1.data>;

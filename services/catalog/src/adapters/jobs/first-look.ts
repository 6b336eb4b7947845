import { errorMessage } from '@pao/kernel';
import type { Logger } from '@pao/runtime';
import type { BrowseCatalog } from '../../core/use-cases/browse-catalog.ts';

/** Looks at the catalog as people do, so that none of them waits for what a sync changed to be put in order. Never rejects. */
export const createFirstLook =
  (browseCatalog: BrowseCatalog, logger: Logger): (() => Promise<void>) =>
  async () => {
    try {
      await browseCatalog({ sort: 'id', limit: 1 });
    } catch (error) {
      logger.debug({ reason: errorMessage(error) }, 'the catalog could not be looked at after a sync');
    }
  };

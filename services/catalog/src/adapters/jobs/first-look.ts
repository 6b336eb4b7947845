import { errorMessage } from '@pao/kernel';
import type { Logger } from '@pao/runtime';
import { arrange } from '../../core/domain/catalog-index.ts';
import type { CurrentCatalog } from '../../core/use-cases/current-catalog.ts';

/** Looks at the catalog before people do, so that none of them waits for what a sync changed to be put in order. Never rejects. */
export const createFirstLook =
  (current: CurrentCatalog, logger: Logger): (() => Promise<void>) =>
  async () => {
    try {
      arrange(await current());
    } catch (error) {
      logger.debug({ reason: errorMessage(error) }, 'the catalog could not be looked at after a sync');
    }
  };

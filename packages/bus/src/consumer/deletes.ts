import { errorMessage } from '@pao/kernel';
import type { Logger } from '../logger.ts';
import type { QueueSource } from '../ports.ts';

const BATCH = 10;
/** Long enough to fill batches at a thousand messages a second, short against any handler. */
const GATHER_MS = 8;

export interface DeletesOptions {
  readonly source: QueueSource;
  readonly queue: string;
  readonly logger: Logger;
}

/** Gathers receipts to delete into calls of ten. A lost delete is harmless: the message comes again and is known by then. */
export class Deletes {
  readonly #options: DeletesOptions;
  readonly #underWay = new Set<Promise<void>>();
  #receipts: string[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(options: DeletesOptions) {
    this.#options = options;
  }

  /** `last`: nothing else is being handled that a batch could wait for. */
  add(receipt: string, last: boolean): void {
    this.#receipts.push(receipt);
    if (last || this.#receipts.length >= BATCH) this.#send();
    else this.#timer ??= setTimeout(() => this.#send(), GATHER_MS);
  }

  /** Sends what is left and waits for all that is under way. */
  async flush(): Promise<void> {
    if (this.#receipts.length > 0) this.#send();
    await Promise.all(this.#underWay);
  }

  #send(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const receipts = this.#receipts;
    this.#receipts = [];
    const call = this.#delete(receipts).finally(() => this.#underWay.delete(call));
    this.#underWay.add(call);
  }

  async #delete(receipts: readonly string[]): Promise<void> {
    const { source, queue, logger } = this.#options;
    try {
      const refused = await source.delete(queue, receipts);
      if (refused.length > 0) logger.warn({ queue, count: refused.length }, 'handled messages could not be deleted');
    } catch (thrown) {
      logger.warn(
        { queue, count: receipts.length, reason: errorMessage(thrown) },
        'handled messages could not be deleted',
      );
    }
  }
}

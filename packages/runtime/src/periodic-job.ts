import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from './logger.ts';

export interface PeriodicJobOptions {
  readonly name: string;
  /** Milliseconds from the end of one run to the start of the next; varied by a fifth, so that replicas drift apart. */
  readonly intervalMs: number;
  /** One run. `signal` ends it at a stop. */
  readonly run: (signal: AbortSignal) => Promise<void>;
  readonly logger: Logger;
}

/** Work that is repeated for as long as the service runs: sweeps, reconciliation. A failed run is logged and doubles the wait, up to eight times. */
export class PeriodicJob {
  readonly #options: PeriodicJobOptions;
  readonly #stopping = new AbortController();
  #loop: Promise<void> | undefined;

  constructor(options: PeriodicJobOptions) {
    this.#options = options;
  }

  start(): void {
    this.#loop ??= this.#repeat();
  }

  /** Resolves when the run under way, if any, has ended. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
  }

  /** One run now. Rejects with what the run threw. */
  processOnce(): Promise<void> {
    return this.#options.run(this.#stopping.signal);
  }

  async #repeat(): Promise<void> {
    const { signal } = this.#stopping;
    const { name, intervalMs, logger } = this.#options;
    for (let failures = 0; !signal.aborted; ) {
      const wait = intervalMs * 2 ** Math.min(failures, 3) * (0.8 + Math.random() * 0.4);
      await sleep(wait, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      try {
        await this.processOnce();
        failures = 0;
      } catch (error) {
        failures += 1;
        if (!signal.aborted) logger.warn({ err: error, job: name }, 'a run failed');
      }
    }
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { errorMessage } from '@pao/kernel';
import type { Logger } from '@pao/runtime';
import type { WorkHandover } from '../../core/use-cases/work-handover.ts';

export interface TicketWorkerOptions {
  readonly work: WorkHandover;
  /** Handovers worked on side by side. */
  readonly concurrency: number;
  /** How often to look for what is due, in milliseconds, when nobody kicks. */
  readonly pollMs: number;
  readonly logger: Logger;
}

const MOST_BACK_OFF = 5;

/** Does what is due for tickets: when kicked after a commit, and now and then for what comes due by itself or a crash left. */
export class TicketWorker {
  readonly #options: TicketWorkerOptions;
  readonly #stopping = new AbortController();
  #wakes: (() => void)[] = [];
  #kicked = false;
  #loops: readonly Promise<void>[] = [];

  constructor(options: TicketWorkerOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#loops.length > 0) return;
    this.#loops = Array.from({ length: this.#options.concurrency }, () => this.#run());
  }

  /** Something is due. Cheap: call it after every commit that may have made something so. */
  kick(): void {
    this.#kicked = true;
    const wakes = this.#wakes;
    this.#wakes = [];
    for (const wake of wakes) wake();
  }

  /** Ends after the calls under way. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.kick();
    await Promise.all(this.#loops);
  }

  /** Does all that is due now, as long as it is not stopped: what is due then stays due. */
  async processOnce(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted && (await this.#options.work(signal)));
  }

  async #run(): Promise<void> {
    const { pollMs, logger } = this.#options;
    for (let failures = 0; !this.#stopping.signal.aborted; ) {
      this.#kicked = false;
      try {
        await this.processOnce();
        failures = 0;
      } catch (thrown) {
        failures = Math.min(failures + 1, MOST_BACK_OFF);
        logger.warn({ reason: errorMessage(thrown) }, 'a handover could not be worked on');
      }
      if (failures > 0 || !this.#kicked) await this.#rest(pollMs * 2 ** failures, failures === 0);
    }
  }

  async #rest(ms: number, wakeful: boolean): Promise<void> {
    const { signal } = this.#stopping;
    const over = new AbortController();
    const wake = () => over.abort();
    if (wakeful) this.#wakes.push(wake);
    const either = AbortSignal.any([signal, over.signal]);
    await sleep(ms * (0.75 + Math.random() / 2), undefined, { signal: either }).catch(() => undefined);
    this.#wakes = this.#wakes.filter((other) => other !== wake);
  }
}

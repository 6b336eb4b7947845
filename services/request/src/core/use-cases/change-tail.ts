import type { StreamPosition } from '../domain/stream-position.ts';
import type { ChangeLog, LoggedChange, Moment } from '../ports/change-log.ts';

export interface ToldChange {
  readonly position: StreamPosition;
  readonly change: LoggedChange;
}

/** Never throws. */
export interface TailListener {
  /** What came up to a moment since the one before. */
  told(changes: readonly ToldChange[], until: Moment): void;
  /** More came than is held for anybody: it has to be read from where one stands. */
  lost(): void;
}

export interface TailSubscription {
  /** What came until then is not told to the listener, everything later is. */
  readonly position: Moment;
  end(): void;
}

export interface ChangeTailOptions {
  readonly log: ChangeLog;
  /** Runs work after so many milliseconds. */
  readonly after: (ms: number, work: () => void) => void;
  /** Milliseconds since some moment. */
  readonly elapsed: () => number;
  /** Told why changes could not be read; they are at the next kick. */
  readonly troubled: (reason: unknown) => void;
}

/** Between two reads: what is committed meanwhile comes together. */
const PAUSE_MS = 20;
/** So many at once come only to a process that was held up. */
const MAX_CHANGES = 10_000;

/**
 * Reads the changes of all requests once for everybody who follows some, whichever process made them. Nothing is read while nobody
 * listens.
 */
export class ChangeTail {
  readonly #options: ChangeTailOptions;
  readonly #listeners = new Set<TailListener>();
  #beginning: Promise<Moment> | undefined;
  #reached: Moment | undefined;
  #state: 'idle' | 'planned' | 'reading' | 'again' = 'idle';
  #lastRead = Number.NEGATIVE_INFINITY;

  constructor(options: ChangeTailOptions) {
    this.#options = options;
  }

  async subscribe(listener: TailListener): Promise<TailSubscription> {
    for (;;) {
      this.#beginning ??= this.#begin();
      await this.#beginning;
      const position = this.#reached;
      // Everybody else may have left while this one waited.
      if (position === undefined) continue;
      this.#listeners.add(listener);
      return { position, end: () => this.#end(listener) };
    }
  }

  /** Something was committed, or may have been: it is read soon, together with what comes in the next moment. */
  kick(): void {
    if (this.#listeners.size === 0) return;
    if (this.#state === 'reading') this.#state = 'again';
    if (this.#state !== 'idle') return;
    this.#state = 'planned';
    const { after, elapsed } = this.#options;
    after(Math.max(0, this.#lastRead + PAUSE_MS - elapsed()), () => void this.#read());
  }

  async #begin(): Promise<Moment> {
    try {
      this.#reached = await this.#options.log.now();
      return this.#reached;
    } catch (thrown) {
      this.#beginning = undefined;
      throw thrown;
    }
  }

  #end(listener: TailListener): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size > 0) return;
    this.#beginning = undefined;
    this.#reached = undefined;
  }

  async #read(): Promise<void> {
    this.#state = 'reading';
    this.#lastRead = this.#options.elapsed();
    try {
      if (this.#reached !== undefined) await this.#readSince(this.#reached);
    } catch (thrown) {
      this.#options.troubled(thrown);
    }
    const again = this.#isCalledAgain();
    this.#state = 'idle';
    if (again) this.kick();
  }

  #isCalledAgain(): boolean {
    return this.#state === 'again';
  }

  async #readSince(since: Moment): Promise<void> {
    const { until, changes } = await this.#options.log.read({ since, limit: MAX_CHANGES });
    // Nobody is left, or those who are began later.
    if (this.#reached !== since) return;
    this.#reached = until;
    const listeners = [...this.#listeners];
    if (changes.length === MAX_CHANGES) {
      for (const listener of listeners) listener.lost();
      return;
    }
    const told = changes.map((change) => ({ change, position: positionOf(since, until, change) }));
    for (const listener of listeners) listener.told(told, until);
  }
}

export const positionOf = (since: Moment, until: Moment, change: LoggedChange): StreamPosition => ({
  since,
  within: {
    until,
    place: { writtenBy: change.writtenBy, requestId: change.requestId, sequence: change.sequence },
  },
});

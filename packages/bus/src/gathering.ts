/** A call of ten costs little more than a call of one, so under load it pays to wait for company. */
const FIRST_MS = 4;
export const GATHER_MS = 20;

/**
 * How long to wait before the next call so that it is worth making: not at all while messages come singly, longer with each
 * busy round, at most 20 ms unless told. A message that is alone in the system never waits.
 */
export class Gathering {
  readonly #maxMs: number;
  #ms = 0;

  constructor(maxMs = GATHER_MS) {
    this.#maxMs = maxMs;
  }

  /** After a round: `busy` when more came while it ran than one call needs. Returns the milliseconds to wait now. */
  after(busy: boolean): number {
    this.#ms = busy ? Math.min(Math.max(FIRST_MS, this.#ms * 2), this.#maxMs) : 0;
    return this.#ms;
  }
}

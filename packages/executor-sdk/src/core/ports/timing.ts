/** Time as it passes, unmoved by changes of the clock. */
export interface Timing {
  /** Milliseconds since some moment. */
  readonly elapsed: () => number;
  sleep(ms: number): Promise<void>;
  /** Runs `work` after `ms`; the returned function calls it off. */
  after(ms: number, work: () => void): () => void;
  /** 0 to 1, for jitter. */
  random(): number;
}

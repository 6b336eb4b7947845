import type { Random } from '../engine/random.ts';

/** What goes wrong in one run, and how often. Each is a probability a call unless it says otherwise. */
export interface Weather {
  /** A call fails, and nothing of it was done. */
  readonly refused: number;
  /** A call fails although all of it was done. */
  readonly answerLost: number;
  /** The bus delivers a message once more, outside of its deduplication. */
  readonly duplicated: number;
  /** A call takes seconds. */
  readonly slow: number;
  /** Times in a run that a process is killed. */
  readonly crashes: number;
  /** Times in a run that a process stands still for a while. */
  readonly freezes: number;
  /** Times in a run that a queue of commands loses all it holds. */
  readonly queueLosses: number;
  /** How often somebody copies a ticket as soon as it is there. */
  readonly copied: number;
  /** How often a target does not simply do as it is asked. */
  readonly targetTrouble: number;
  /** By how much clocks may be wrong, in milliseconds. */
  readonly skewMs: number;
  /** Of the documents, new versions a run. */
  readonly publications: number;
  /** How readily people hand over at once what failed. */
  readonly handovers: number;
}

const CALM: Weather = {
  refused: 0,
  answerLost: 0,
  duplicated: 0,
  slow: 0,
  crashes: 0,
  freezes: 0,
  queueLosses: 0,
  copied: 0,
  targetTrouble: 0,
  skewMs: 0,
  publications: 0,
  handovers: 0,
};

/** Each kind of trouble is there in some runs and absent in others, so that none always hides another. */
export const weatherOf = (random: Random): Weather => {
  const often = (value: () => number, probability = 0.5): number => (random.chance(probability) ? value() : 0);
  return {
    ...CALM,
    refused: often(() => random.between(0.005, 0.08)),
    answerLost: often(() => random.between(0.005, 0.08)),
    duplicated: often(() => random.between(0.02, 0.2)),
    slow: often(() => random.between(0.005, 0.05)),
    crashes: often(() => 1 + random.int(8), 0.6),
    freezes: often(() => 1 + random.int(3), 0.4),
    queueLosses: often(() => 1 + random.int(8), 0.25),
    copied: often(() => 0.3, 0.5),
    targetTrouble: often(() => random.between(0.1, 0.6), 0.85),
    skewMs: often(() => random.between(100, 90_000), 0.4),
    publications: often(() => 1 + random.int(2), 0.4),
    handovers: often(() => 0.7, 0.4),
  };
};

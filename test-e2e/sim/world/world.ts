import type { Random } from '../engine/random.ts';
import type { Scheduler } from '../engine/scheduler.ts';
import type { History } from './history.ts';
import type { Weather } from './weather.ts';

/** What every part of a run has at hand. */
export interface World {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly weather: Weather;
  readonly history: History;
  /** Whether things may still go wrong. */
  readonly isStormy: () => boolean;
}

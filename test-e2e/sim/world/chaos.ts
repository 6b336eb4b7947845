import type { Life } from '../engine/scheduler.ts';
import type { SimulatedBus } from './bus.ts';
import type { World } from './world.ts';

const STORM_MS = 5.5 * 60_000;
/** Queues that may lose all they hold of tasks: the databases know what was in them. */
const LOST = ['tasks-default', 'request-inbox'];

interface Parts {
  readonly bus: SimulatedBus;
  /** Offers the documents of a revision. */
  readonly publish: (revision: number) => Promise<void>;
  readonly processes: { readonly lives: ReadonlyMap<string, Life>; readonly start: (name: string) => void };
}

/** What befalls whole processes and queues: each so often as the weather says, at any moment. */
export const startChaos = (world: World, { bus, publish, processes }: Parts): void => {
  const { scheduler, random, weather } = world;
  const often = (times: number, label: string, work: () => void): void => {
    for (let time = 0; time < times; time += 1) {
      scheduler.after(random.between(1_000, STORM_MS), undefined, label, work);
    }
  };
  const anyName = (): string => random.pick([...processes.lives.keys()]);

  const kill = (): void => {
    const name = anyName();
    const life = processes.lives.get(name);
    if (life === undefined || life.dead) return;
    life.dead = true;
    scheduler.note(`${name} is killed`);
    scheduler.after(random.between(200, 30_000), undefined, '', () => processes.start(name));
  };

  const freeze = (): void => {
    const name = anyName();
    const life = processes.lives.get(name);
    if (life === undefined || life.dead) return;
    life.frozenUntil = scheduler.now + random.between(2_000, 150_000);
    scheduler.note(`${name} stands still until ${life.frozenUntil.toFixed(0)}`);
  };

  often(weather.crashes, '', kill);
  often(weather.freezes, '', freeze);
  often(weather.queueLosses, '', () => bus.loseSoon(random.pick(LOST)));
  let revision = 1;
  often(weather.publications, 'new versions are offered', () => void publish((revision += 1)));
};

import { createUuidV7, type NewId } from '@pao/kernel';
import type { Life } from '../engine/scheduler.ts';
import { EPOCH } from '../engine/virtual-time.ts';
import type { World } from './world.ts';

/** A clock that is as wrong as its process's. */
export const clockOf =
  ({ scheduler }: World, life: Life) =>
  (): Date =>
    new Date(EPOCH + Math.floor(scheduler.now + life.skewMs));

export const idsOf = (world: World, life: Life): NewId => {
  const now = clockOf(world, life);
  return createUuidV7(
    () => now().getTime(),
    (count) => world.random.bytes(count),
  );
};

/** What a process would log; an error is a bug of the product, since nothing in a run is anybody's else. */
export const loggerOf = ({ history, scheduler }: World, life: Life) => {
  const say = (level: string) => (fields: object, message: string) => {
    const { err, reason } = fields as { err?: unknown; reason?: string };
    const why = err instanceof Error ? (err.stack ?? err.message) : String(reason);
    scheduler.note(`${level}: ${message} ${why.split('\n')[0]}`);
    if (level === 'error') history.bugs.push(`${life.name}: ${message} ${why}`);
  };
  const silent = (): void => {};
  return { debug: silent, info: silent, warn: say('warn'), error: say('error') };
};

/** Clocks of executors differ from each other and from those of the request service, which are kept together. */
export const newLife = ({ random, weather }: World, name: string): Life => ({
  name,
  dead: false,
  frozenUntil: 0,
  skewMs: weather.skewMs > 0 && name.startsWith('executor') ? random.between(-weather.skewMs, weather.skewMs) : 0,
});

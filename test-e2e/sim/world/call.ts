import { TransientError } from '@pao/kernel';
import type { Life } from '../engine/scheduler.ts';
import type { World } from './world.ts';

/** How long one way of a call takes: mostly milliseconds, now and then far longer. */
export const latency = ({ random, weather, isStormy }: World): number => {
  if (isStormy() && random.chance(weather.slow)) return random.between(500, random.chance(0.2) ? 70_000 : 8_000);
  return random.chance(0.1) ? random.between(10, 200) : random.between(0.1, 10);
};

/** Both answers may be a promise that resolves without any call of its own. */
export type Effect<T> = () => T | Promise<T>;

/**
 * A call from a process to something that keeps its state outside of it: the call goes there, has its effect as one step, and the
 * answer comes back. Each way takes its time, the call may get lost before or after the effect, and a process that dies in
 * between leaves behind what it had asked for, or not.
 */
export const call = <T>(world: World, life: Life, label: string, effect: Effect<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const { scheduler, random, weather, isStormy } = world;
    const answer = (text: string, settle: () => void): void => {
      scheduler.after(latency(world), life, text, settle);
    };
    const away = (what: string): void =>
      answer(`${label}: ${what}`, () => reject(new TransientError(`${label}: the connection broke`)));
    const arrive = async (): Promise<void> => {
      if (isStormy() && random.chance(weather.refused)) {
        away('refused');
        return;
      }
      try {
        const value = await effect();
        if (isStormy() && random.chance(weather.answerLost)) away('done, answer lost');
        else answer(label, () => resolve(value));
      } catch (thrown) {
        answer(`${label}: thrown`, () => reject(thrown));
      }
    };
    // What a process had sent when it died may arrive all the same.
    const survives = random.chance(0.5);
    scheduler.after(latency(world), undefined, '', () => {
      if (life.dead && !survives) return;
      void arrive();
    });
  });

type Method = (...args: never[]) => unknown;

/** An adapter behind calls: the same methods, each with the time and the trouble of a connection. */
export const remote = <T extends object>(world: World, life: Life, label: string, adapter: T): T =>
  new Proxy(adapter, {
    get: (target, name) => {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return (...args: never[]) => call(world, life, `${label}.${String(name)}`, () => (method as Method)(...args));
    },
  });

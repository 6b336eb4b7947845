import { TransientError } from '@pao/kernel';
import type { Life } from '../engine/scheduler.ts';
import { latency } from './call.ts';
import type { World } from './world.ts';

/** What a caller of the API gets to see. `lost`: no answer, and nobody knows what became of the call. */
export type Answered<T> = { readonly kind: 'answer'; readonly value: T } | { readonly kind: 'lost' | 'unavailable' };

/** For how long a caller waits. */
const PATIENCE_MS = 20_000;

/** One call of a person to whichever process of a service takes it. */
export const callApi = <T, Api extends { readonly life: Life }>(
  world: World,
  person: Life,
  apis: () => readonly Api[],
  operate: (api: Api) => Promise<T>,
): Promise<Answered<T>> =>
  new Promise((resolve) => {
    const { scheduler, random, weather, history, isStormy } = world;
    const standing = apis().filter(({ life }) => !life.dead);
    const patience = scheduler.after(PATIENCE_MS, person, '', () => resolve({ kind: 'lost' }));
    const hear = (answered: Answered<T>): void =>
      void scheduler.after(latency(world), person, '', () => {
        patience.cancelled = true;
        resolve(answered);
      });
    const answer = (answered: Answered<T>): void => {
      if (!isStormy() || !random.chance(weather.answerLost)) hear(answered);
    };
    if (standing.length === 0 || (isStormy() && random.chance(weather.refused))) {
      hear({ kind: 'unavailable' });
      return;
    }
    const api = random.pick(standing);
    const work = async (): Promise<void> => {
      try {
        answer({ kind: 'answer', value: await operate(api) });
      } catch (thrown) {
        if (!(thrown instanceof TransientError))
          history.bugs.push(`${api.life.name}: ${String((thrown as Error).stack)}`);
        answer({ kind: 'unavailable' });
      }
    };
    scheduler.after(latency(world), api.life, '', () => void work());
  });

// @boundaries-ignore the code under test
import type { Callbacks } from '../../../services/request/src/core/ports/callbacks.ts';
import type { Life } from '../engine/scheduler.ts';
import { callApi } from './api.ts';
import type { RequestApi } from './request-process.ts';
import type { World } from './world.ts';

const BASE = 'https://pao.test/callbacks/';

/** Addresses without a proof: nobody in a run makes one up. */
export const CALLBACKS: Callbacks = {
  urlOf: ({ id }, { position, generation }) => `${BASE}${id}.${position}.${generation}`,
  read: (token) => {
    const [requestId = '', position = '', generation = ''] = token.split('.');
    return { requestId, position: Number(position), generation: Number(generation) };
  },
};

/** How often a target says something again of which it has heard no answer. */
const MOST_TRIES = 5;

/** What a target says when it is done: early or late, now and then twice, and now and then to nobody. */
export const createCaller =
  (world: World, life: Life, apis: () => readonly RequestApi[]) =>
  (url: string): void => {
    const { scheduler, random, isStormy } = world;
    const token = url.slice(BASE.length);
    const say = async (tries: number): Promise<void> => {
      const context = { correlationId: 'callback', traceId: undefined, traceparent: undefined };
      const answered = await callApi(world, life, apis, (api) =>
        api.callback({ token, body: { done: true }, context }),
      );
      const isHeard = answered.kind === 'answer' && (answered.value.ok || tries > 1);
      if (!isHeard && tries < MOST_TRIES)
        scheduler.after(random.between(500, 30_000), life, '', () => void say(tries + 1));
    };
    if (isStormy() && random.chance(0.1)) return;
    const times = random.chance(0.3) ? 2 : 1;
    for (let time = 0; time < times; time += 1)
      scheduler.after(
        random.between(10, random.chance(0.8) ? 60_000 : 300_000),
        life,
        'the target calls back',
        () => void say(1),
      );
  };

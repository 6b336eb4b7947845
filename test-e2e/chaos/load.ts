import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { operations } from '@pao/contracts';
import { OFFERS } from './catalog.ts';
import { REFUSED } from './world/outside.ts';
import type { World } from './world/world.ts';

/** What a client was told: it holds the system to it. */
export interface Accepted {
  readonly name: string;
  readonly ids: readonly string[];
}

export interface Load {
  readonly accepted: readonly Accepted[];
  /** Names that were sent at least once, whether or not the answer came. */
  readonly sent: readonly string[];
  /** Something out of the ordinary. */
  ask(offer: (typeof OFFERS)[number]): Promise<void>;
  /** No further submissions; resolves when those under way were answered. */
  stop(): Promise<void>;
}

const PAUSE_MS = 50;

const REFUSED_EVERY = 8;

/** Submits one request, and repeats that under its key until it is answered. */
const submit = async ({ client }: World, offer: (typeof OFFERS)[number], name: string): Promise<Accepted> => {
  const idempotencyKey = randomUUID();
  const body = { items: [{ schemaVersion: 'catalog/v1' as const, ...offer, input: { name } }] };
  for (;;) {
    const result = await client.call(operations.submitRequests, { body, idempotencyKey });
    if (result.ok) return { name, ids: result.value.data.requests.map(({ id }) => id) };
    const { error } = result;
    const isFinal = error.kind === 'refused' && error.status < 500 && ![409, 429].includes(error.status);
    if (isFinal) throw new Error(`${name} was refused: ${JSON.stringify(error)}`);
    await sleep(PAUSE_MS);
  }
};

/** Clients that ask for this and that, each for one request after the other. */
export const startLoad = (world: World, { clients, everyMs }: { clients: number; everyMs: number }): Load => {
  const accepted: Accepted[] = [];
  const sent: string[] = [];
  let isStopping = false;

  const ask = async (offer: (typeof OFFERS)[number]): Promise<void> => {
    const name = `${sent.length % REFUSED_EVERY === 0 ? REFUSED : 'taken'}-${randomUUID().slice(0, 13)}`;
    sent.push(name);
    accepted.push(await submit(world, offer, name));
  };

  const work = async (index: number): Promise<void> => {
    for (let turn = index; !isStopping; turn += 1) {
      await ask(OFFERS[turn % OFFERS.length] ?? {});
      await sleep(everyMs);
    }
  };
  const working = Promise.all(Array.from({ length: clients }, (_, index) => work(index)));
  // Whoever stops the load hears of it.
  working.catch(() => undefined);
  return {
    accepted,
    sent,
    ask,
    stop: async () => {
      isStopping = true;
      await working;
    },
  };
};

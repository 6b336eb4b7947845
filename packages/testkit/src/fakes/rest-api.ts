import { type FakeServer, type Reply, startFakeServer } from './server.ts';

export interface FakeRestApi extends FakeServer {
  /** What was really created, in order: one entry a call, and one for all calls of one Idempotency-Key. */
  readonly effects: readonly FakeEffect[];
}

export interface FakeEffect {
  readonly id: string;
  readonly path: string;
  readonly idempotencyKey: string | undefined;
  readonly text: string;
}

/**
 * A service that somebody automates: POST, PUT and PATCH create something and are answered 201 with its id, GET with all of
 * a path. An Idempotency-Key seen before is answered as the first time, without another effect.
 */
export const startFakeRestApi = async (): Promise<FakeRestApi> => {
  const effects: FakeEffect[] = [];
  const byKey = new Map<string, FakeEffect>();
  const answer = (effect: FakeEffect): Reply => ({ status: 201, body: { id: effect.id } });
  const server = await startFakeServer(({ method, path, headers, text }) => {
    if (method === 'GET') return { status: 200, body: { items: effects.filter((effect) => effect.path === path) } };
    const key = headers['idempotency-key']?.toString();
    const known = key === undefined ? undefined : byKey.get(key);
    if (known) return answer(known);
    const effect = { id: `r-${effects.length + 1}`, path, idempotencyKey: key, text };
    effects.push(effect);
    if (key !== undefined) byKey.set(key, effect);
    return answer(effect);
  });
  return { ...server, effects };
};

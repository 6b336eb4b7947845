// @boundaries-ignore the code under test
import type { HttpExchange, HttpRequest, SendHttp } from '../../../packages/outgoing/src/index.ts';
import type { Life } from '../engine/scheduler.ts';
import { latency } from './call.ts';
import type { World } from './world.ts';

/** What a site makes of a request. `effect`: whether it is done, and when; the rest is what the caller sees of it. */
interface Behaviour {
  readonly name: string;
  readonly effect: 'none' | 'done' | 'late';
  readonly answer: 'good' | number | 'silence' | 'reset' | 'cut-off' | 'no-json';
}

const GOOD: Behaviour = { name: 'done', effect: 'done', answer: 'good' };

const TROUBLE: readonly Behaviour[] = [
  { name: 'refused', effect: 'none', answer: 422 },
  { name: 'refused', effect: 'none', answer: 403 },
  { name: 'busy', effect: 'none', answer: 429 },
  { name: 'broken', effect: 'none', answer: 500 },
  { name: 'broken after the effect', effect: 'done', answer: 500 },
  { name: 'unavailable after the effect', effect: 'done', answer: 503 },
  { name: 'conflict after the effect', effect: 'done', answer: 409 },
  { name: 'silent', effect: 'none', answer: 'silence' },
  { name: 'silent after the effect', effect: 'done', answer: 'silence' },
  { name: 'silent, the effect comes late', effect: 'late', answer: 'silence' },
  { name: 'reset', effect: 'none', answer: 'reset' },
  { name: 'reset after the effect', effect: 'done', answer: 'reset' },
  { name: 'cut off', effect: 'done', answer: 'cut-off' },
  { name: 'no JSON', effect: 'done', answer: 'no-json' },
];

/** A request that has reached a site. */
export interface Arrived {
  readonly request: HttpRequest;
  readonly by: Life;
  /** When its first byte left. */
  readonly sentAt: number;
  /** Whether the whole answer finds its way back, should anybody still wait for it. */
  readonly isHeard: boolean;
}

export interface SiteAnswer {
  readonly status: number;
  readonly body: string;
}

/** Something outside with an HTTP interface. */
export interface Site {
  /** The first byte leaves: what has to be recorded before has to be there. */
  leaves(request: HttpRequest): void;
  /** Does what is asked for, as one step. */
  take(arrived: Arrived): SiteAnswer;
}

export interface Network {
  sendFor(life: Life): SendHttp;
}

const refusal = (code: string): HttpExchange => ({
  kind: 'failed',
  phase: 'before-send',
  code,
  message: 'there was no connection',
  transient: true,
});

const lost = (code: string): HttpExchange => ({
  kind: 'failed',
  phase: 'after-send',
  code,
  message: 'there was no whole answer',
  transient: false,
});

const answered = (status: number, body: string, incomplete?: 'truncated'): HttpExchange => ({
  kind: 'answered',
  status,
  headers: { 'content-type': 'application/json' },
  body,
  ...(incomplete && { incomplete }),
});

/** What the caller sees; undefined: nothing. */
const seenOf = ({ answer }: Behaviour, site: SiteAnswer | undefined): HttpExchange | undefined => {
  if (answer === 'silence') return undefined;
  if (answer === 'reset') return lost('CONNECTION_LOST');
  if (answer === 'cut-off') return answered(site?.status ?? 200, '{"id": "th', 'truncated');
  if (answer === 'no-json') return answered(site?.status ?? 200, '<html>');
  return answer === 'good' ? answered(site?.status ?? 200, site?.body ?? '') : answered(answer, '{}');
};

/** Leads requests to the site that `siteOf` names, and loses, delays and spoils them on the way. */
export const createNetwork = (world: World, siteOf: (url: URL) => Site): Network => {
  const { scheduler, random, weather, isStormy } = world;

  const behaviourTo = ({ method }: HttpRequest): Behaviour => {
    // Who only looks is given trouble more rarely.
    const probability = method === 'GET' ? weather.targetTrouble / 4 : weather.targetTrouble;
    return isStormy() && random.chance(probability) ? random.pick(TROUBLE) : GOOD;
  };

  const send = (life: Life, request: HttpRequest, resolve: (exchange: HttpExchange) => void): void => {
    const site = siteOf(request.url);
    const { method, timeoutMs } = request;
    const calledAt = scheduler.now;
    let isOver = false;
    const end = (exchange: HttpExchange): void => {
      if (isOver) return;
      isOver = true;
      timeout.cancelled = true;
      resolve(exchange);
    };
    const back = (label: string, exchange: HttpExchange): void =>
      void scheduler.after(latency(world), life, label, () => end(exchange));
    const behaviour = behaviourTo(request);
    let hasLeft = false;
    const timeout = scheduler.after(Math.max(timeoutMs, 0), life, '', () =>
      end(hasLeft ? lost('RESPONSE_TIMEOUT') : refusal('CONNECT_TIMEOUT')),
    );
    if (isStormy() && random.chance(weather.refused)) return back('not reached', refusal('CONNECT_FAILED'));
    // The first byte leaves, if the process still stands and the time is not over.
    scheduler.after(latency(world), life, '', () => {
      if (isOver || scheduler.now - calledAt >= timeoutMs) return;
      hasLeft = true;
      site.leaves(request);
      const sentAt = scheduler.now;
      const late = behaviour.effect === 'late' ? random.between(10_000, 180_000) : 0;
      scheduler.after(late + latency(world), undefined, `${behaviour.name}: ${method} ${request.url.pathname}`, () => {
        const arrived = { request, by: life, sentAt, isHeard: behaviour.answer === 'good' };
        const taken = behaviour.effect === 'none' ? undefined : site.take(arrived);
        const exchange = seenOf(behaviour, taken);
        if (exchange !== undefined) back(`answered: ${behaviour.name}`, exchange);
      });
    });
  };

  return { sendFor: (life) => (request) => new Promise((resolve) => send(life, request, resolve)) };
};

// @boundaries-ignore the code under test
import type { createRestApiAction } from '../../../services/executor/src/adapters/rest-api/action.ts';
import type { Life } from '../engine/scheduler.ts';
import { latency } from './call.ts';
import type { World } from './world.ts';

type SendHttp = Parameters<typeof createRestApiAction>[0]['send'];
type HttpRequest = Parameters<SendHttp>[0];
type HttpExchange = Awaited<ReturnType<SendHttp>>;

/** What a target makes of a request. `effect`: whether something comes to exist, and when; the rest is what the caller sees of it. */
interface Behaviour {
  readonly name: string;
  readonly effect: 'none' | 'done' | 'late';
  readonly answer: number | 'silence' | 'reset' | 'cut-off' | 'no-json';
}

const GOOD: Behaviour = { name: 'done', effect: 'done', answer: 201 };

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

interface Kept {
  readonly id: string;
  readonly visibleAt: number;
}

export interface Target {
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

const parse = (body: HttpRequest['body']): Record<string, unknown> =>
  JSON.parse(body?.toString() ?? '{}') as Record<string, unknown>;

/** The name that an effect carries: a header, or with a ticket a label. */
const keyOf = ({ headers, body, url }: HttpRequest): string => {
  if (!url.hostname.startsWith('jira')) return (headers['idempotency-key'] ?? '').replaceAll('"', '');
  const { fields } = parse(body) as { fields?: { labels?: readonly string[] } };
  return fields?.labels?.find((label) => label.startsWith('pao-')) ?? '';
};

/**
 * The outer world: a REST platform and a Jira, which write down every effect and know nothing of the product. `mayStart` is asked
 * when the first byte leaves.
 */
export const createTarget = (world: World, mayStart: (key: string) => boolean): Target => {
  const { scheduler, random, weather, history, isStormy } = world;
  const kept = new Map<string, Kept[]>();
  let ids = 0;

  /** Somebody copies a ticket, labels and all. A search never shows the copy and not yet what was copied. */
  const copies = ({ url }: HttpRequest, visibleAt: number): readonly Kept[] =>
    url.hostname.startsWith('jira') && isStormy() && random.chance(weather.copied)
      ? [{ id: `thing-${(ids += 1)}`, visibleAt }]
      : [];

  const takeEffect = (request: HttpRequest, key: string, sentAt: number): string => {
    const known = kept.get(key) ?? [];
    const [first] = known;
    if (first !== undefined && request.url.pathname.startsWith('/idempotent')) return first.id;
    const id = `thing-${(ids += 1)}`;
    const lag = random.chance(0.5) ? random.between(0, 12_000) : 0;
    kept.set(key, [...known, { id, visibleAt: scheduler.now + lag }, ...copies(request, scheduler.now + lag)]);
    history.effects.push({ at: scheduler.now, sentAt, key, id, body: parse(request.body) });
    scheduler.note(`effect ${id} of ${key}`);
    return id;
  };

  const bodyOf = (request: HttpRequest, id: string): string => {
    const number = id.slice('thing-'.length);
    return JSON.stringify(request.url.hostname.startsWith('jira') ? { id: number, key: `SIM-${number}` } : { id });
  };

  /** What is found by a label, as far as the search has caught up. */
  const search = ({ url }: HttpRequest): string => {
    const label = /"(pao-[^"]+)"/.exec(url.searchParams.get('jql') ?? '')?.[1] ?? '';
    const found = (kept.get(label) ?? []).filter(({ visibleAt }) => visibleAt <= scheduler.now).slice(0, 2);
    if (found.length > 1) history.ambiguous.add(label);
    const issues = found.map(({ id }) => ({ id: id.slice('thing-'.length), key: `SIM-${id.slice('thing-'.length)}` }));
    return JSON.stringify({ issues, isLast: true });
  };

  const behave = (): Behaviour => (isStormy() && random.chance(weather.targetTrouble) ? random.pick(TROUBLE) : GOOD);

  const exchangeOf = (request: HttpRequest, { answer }: Behaviour, id: string): HttpExchange | undefined => {
    if (answer === 'silence') return undefined;
    if (answer === 'reset') return lost('CONNECTION_LOST');
    if (answer === 'cut-off') return answered(201, '{"id": "th', 'truncated');
    if (answer === 'no-json') return answered(201, '<html>', undefined);
    return answered(answer, answer < 300 ? bodyOf(request, id) : '{}');
  };

  const send = (life: Life, request: HttpRequest, resolve: (exchange: HttpExchange) => void): void => {
    const calledAt = scheduler.now;
    let isOver = false;
    const end = (exchange: HttpExchange): void => {
      if (isOver) return;
      isOver = true;
      resolve(exchange);
    };
    const back = (label: string, exchange: HttpExchange): void =>
      void scheduler.after(latency(world), life, label, () => end(exchange));
    const isLook = request.method === 'GET';
    const key = isLook ? '' : keyOf(request);
    const behaviour = behave();
    if (isStormy() && random.chance(weather.refused)) return back('target: not reached', refusal('CONNECT_FAILED'));
    let hasLeft = false;
    scheduler.after(Math.max(request.timeoutMs, 0), life, '', () =>
      end(hasLeft ? lost('RESPONSE_TIMEOUT') : refusal('CONNECT_TIMEOUT')),
    );
    // The first byte leaves, if the process still stands and the time is not over.
    scheduler.after(latency(world), life, '', () => {
      if (isOver || scheduler.now - calledAt >= request.timeoutMs) return;
      hasLeft = true;
      if (!isLook && !mayStart(key)) history.violations.push(`START_FIRST ${key} was sent and is not in the ledger`);
      const sentAt = scheduler.now;
      const late = behaviour.effect === 'late' ? random.between(10_000, 180_000) : 0;
      scheduler.after(late + latency(world), undefined, `target ${behaviour.name} ${key}`, () => {
        if (isLook) return back('target: looked', answered(200, search(request)));
        const id = behaviour.effect === 'none' ? '' : takeEffect(request, key, sentAt);
        const exchange = exchangeOf(request, behaviour, id);
        if (exchange !== undefined) back(`target: ${behaviour.name}`, exchange);
      });
    });
  };

  return {
    sendFor: (life) => (request) => new Promise((resolve) => send(life, request, resolve)),
  };
};

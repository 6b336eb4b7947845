// @boundaries-ignore the code under test
import type { HttpRequest } from '../../../packages/outgoing/src/index.ts';
import type { Site } from './http.ts';
import type { World } from './world.ts';

/** The name that an effect carries. */
const keyOf = ({ headers }: HttpRequest): string => (headers['idempotency-key'] ?? '').replaceAll('"', '');

/** How long it takes from the beginning of what has stages until it can go on. */
const READY_AFTER_MS = 15_000;

/**
 * A REST platform, which writes down every effect and knows nothing of the product. `mayStart` is asked when the first byte leaves.
 */
export const createTarget = (
  { scheduler, history }: World,
  mayStart: (key: string) => boolean,
  callBack: (url: string) => void,
): Site => {
  const kept = new Map<string, string>();
  /** When what was begun is ready. */
  const readyAt = (name: string): number =>
    (history.effects.find(({ key }) => key === name)?.at ?? Number.POSITIVE_INFINITY) + READY_AFTER_MS;
  return {
    leaves: (request) => {
      if (request.method === 'GET') return;
      const key = keyOf(request);
      if (!mayStart(key)) history.violations.push(`START_FIRST ${key} was sent and is not in the ledger`);
    },
    take: ({ request, sentAt }) => {
      if (request.method === 'GET') {
        const isReady = scheduler.now >= readyAt(request.url.searchParams.get('name') ?? '');
        return { status: 200, body: JSON.stringify({ ready: isReady }) };
      }
      const key = keyOf(request);
      const known = kept.get(key);
      const isKnown = known !== undefined && request.url.pathname.startsWith('/idempotent');
      const id = isKnown ? known : `thing-${history.nextNumber()}`;
      if (!isKnown) {
        kept.set(key, id);
        const body = JSON.parse(request.body?.toString() ?? '{}') as Record<string, unknown>;
        history.effects.push({ at: scheduler.now, sentAt, key, id, body });
        scheduler.note(`effect ${id} of ${key}`);
        const { callbackUrl } = body;
        if (key.endsWith('-middle') && typeof callbackUrl === 'string') callBack(callbackUrl);
      }
      return { status: 201, body: JSON.stringify({ id }) };
    },
  };
};

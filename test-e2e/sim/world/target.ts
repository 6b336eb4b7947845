// @boundaries-ignore the code under test
import type { HttpRequest } from '../../../packages/outgoing/src/index.ts';
import type { Site } from './http.ts';
import type { World } from './world.ts';

/** The name that an effect carries. */
const keyOf = ({ headers }: HttpRequest): string => (headers['idempotency-key'] ?? '').replaceAll('"', '');

/**
 * A REST platform, which writes down every effect and knows nothing of the product. `mayStart` is asked when the first byte leaves.
 */
export const createTarget = ({ scheduler, history }: World, mayStart: (key: string) => boolean): Site => {
  const kept = new Map<string, string>();
  return {
    leaves: (request) => {
      const key = keyOf(request);
      if (!mayStart(key)) history.violations.push(`START_FIRST ${key} was sent and is not in the ledger`);
    },
    take: ({ request, sentAt }) => {
      const key = keyOf(request);
      const known = kept.get(key);
      const isKnown = known !== undefined && request.url.pathname.startsWith('/idempotent');
      const id = isKnown ? known : `thing-${history.nextNumber()}`;
      if (!isKnown) {
        kept.set(key, id);
        const body = JSON.parse(request.body?.toString() ?? '{}') as Record<string, unknown>;
        history.effects.push({ at: scheduler.now, sentAt, key, id, body });
        scheduler.note(`effect ${id} of ${key}`);
      }
      return { status: 201, body: JSON.stringify({ id }) };
    },
  };
};

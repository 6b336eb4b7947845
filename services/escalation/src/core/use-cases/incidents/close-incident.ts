import { err, ok, type Result } from '@pao/kernel';
import type { Closing, CountedIncident, IncidentStore } from '../../ports/incident-store.ts';

export type CloseError = { readonly kind: 'not-found' } | { readonly kind: 'closed'; readonly by: string | null };

export type CloseIncident = (closing: Closing) => Promise<Result<CountedIncident, CloseError>>;

/** Somebody says that an incident is over. Saying the same again changes nothing, and of two people the first is kept. */
export const createCloseIncident =
  (store: Pick<IncidentStore, 'close' | 'get'>): CloseIncident =>
  async (closing) => {
    await store.close(closing);
    const incident = await store.get(closing.tenantId, closing.id);
    if (incident === undefined) return err({ kind: 'not-found' });
    const { by, reason } = incident.closed ?? { by: null, reason: '' };
    return by === closing.by && reason === closing.reason ? ok(incident) : err({ kind: 'closed', by });
  };
